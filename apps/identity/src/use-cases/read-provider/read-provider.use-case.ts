import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { notFound } from '#libs/errors';
import { RpcHandler, UseCase } from '#libs/rpc';
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

  /** One that holds, or held. */
  @RpcHandler(identity.getProviderPolicy)
  policy({ version }: RequestOf<typeof identity.getProviderPolicy>) {
    return this.database.reading('shared', async (manager) => {
      const policy = await manager.findOneBy(ProviderPolicy, { version });
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
