import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { notFound } from '#libs/errors';
import { RpcHandler, UseCase } from '#libs/rpc';
import { builtInPolicy } from '../../domain/sandbox-policy';
import { ProviderPolicy } from '../../storage/entities';
import { getLogo, getProvider } from '../../storage/provider.repository';
import { describePolicy, describeProvider } from '../../views/provider.view';

/** Whose portal this is, for anybody (docs/adr/0023). @throws not_found */
@UseCase()
export class ReadProvider {
  constructor(private readonly database: Database) {}

  @RpcHandler(identity.getProvider)
  get() {
    return this.database.reading('shared', async (manager) => describeProvider(await getProvider(manager)));
  }

  /** One that holds, or held, by the version that was shown of it; whoever accepted Slipway's own reads that, too. */
  @RpcHandler(identity.getProviderPolicy)
  async policy({ version }: RequestOf<typeof identity.getProviderPolicy>) {
    if (version === builtInPolicy.version) return builtInPolicy;
    const number = numberOf(version);
    return this.database.reading('shared', async (manager) => {
      const policy = number && (await manager.findOneBy(ProviderPolicy, { version: number }));
      if (!policy) throw notFound();
      return describePolicy(policy);
    });
  }

  @RpcHandler(identity.getProviderLogo)
  logo() {
    return this.database.reading('shared', async (manager) => {
      const { logo, logoType: type } = await getLogo(manager);
      if (!logo || !type) throw notFound();
      return { type, data: logo.toString('base64') };
    });
  }
}

/** Of a text of the provider's own. Undefined: no version is written so. */
const numberOf = (version: string | number): number | undefined =>
  /^[1-9]\d{0,8}$/.test(String(version)) ? Number(version) : undefined;
