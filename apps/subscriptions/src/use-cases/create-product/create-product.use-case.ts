import { subscriptions, type ProductId, type RequestOf } from '#libs/contracts';
import { newId } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { orSlugTaken } from '../../storage/slug-taken';
import { describeProduct } from '../../views/catalogue.view';
import { Product } from '../../storage/entities';
import { Endpoints } from '../../workflows/endpoints';

/** @throws subscriptions.slug_taken */
@UseCase()
export class CreateProduct {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly endpoints: Endpoints,
  ) {}

  @RpcHandler(subscriptions.createProduct)
  async execute(request: RequestOf<typeof subscriptions.createProduct>, context: RpcContext) {
    this.endpoints.require(request.endpoints);
    const { name, slug, description, endpoints } = request;
    const create = this.transaction.run(context, request, async ({ manager }) => {
      const id = newId<ProductId>();
      await manager.insert(Product, {
        id,
        name,
        slug,
        description,
        endpointSandbox: endpoints.sandbox,
        endpointProduction: endpoints.production,
      });
      return describeProduct(manager, id);
    });
    const { reply } = await create.catch(orSlugTaken);
    return reply;
  }
}
