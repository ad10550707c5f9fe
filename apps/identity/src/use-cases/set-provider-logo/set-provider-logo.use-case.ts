import { identity, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { faultOfLogo, logoTypeOf } from '../../domain/logo';
import { requireStillStaff } from '../../storage/callers';
import type { Provider } from '../../storage/entities';
import { changeProvider, getProvider, lockProvider } from '../../storage/provider.repository';
import { describeProvider } from '../../views/provider.view';

/** The provider's picture, kept as it came. @throws invalid_request where it is no picture that we show, is broken, or too large */
@UseCase()
export class SetProviderLogo {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(identity.setProviderLogo)
  async execute(request: RequestOf<typeof identity.setProviderLogo>, context: RpcContext) {
    const logo = await logoOf(request.data);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      await replaceLogo(tx, logo);
      return describeProvider(await getProvider(tx.manager));
    });
    return reply;
  }

  @RpcHandler(identity.removeProviderLogo)
  async remove(request: object, context: RpcContext) {
    await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      await replaceLogo(tx, { logo: null, logoType: null });
      return {};
    });
    return {};
  }
}

async function replaceLogo(tx: Tx, logo: Pick<Provider, 'logo' | 'logoType'>): Promise<void> {
  await changeProvider(tx, { ...logo, version: await lockProvider(tx.manager) });
}

async function logoOf(data: string): Promise<Pick<Provider, 'logo' | 'logoType'>> {
  const logo = Buffer.from(data, 'base64');
  const logoType = logoTypeOf(logo);
  if (!logoType) throw unfit('must be a picture: PNG, JPEG or WebP');
  if (logo.length > identity.logoBytesMax) throw unfit(`must be ${identity.logoBytesMax} bytes at most`);
  const fault = await faultOfLogo(logo, logoType);
  if (fault) throw unfit(fault);
  return { logo, logoType };
}

const unfit = (detail: string) => invalid([{ pointer: '/data', detail }]);
