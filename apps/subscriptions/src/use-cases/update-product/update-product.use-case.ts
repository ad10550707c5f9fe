import { subscriptions, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { orSlugTaken } from '../../storage/slug-taken';
import { lockProduct } from '../../storage/catalogue.repository';
import { describeProduct } from '../../views/catalogue.view';
import { Product } from '../../storage/entities';
import { Endpoints } from '../../workflows/endpoints';

type Request = RequestOf<typeof subscriptions.updateProduct>;

/** What is not named stays. @throws not_found, subscriptions.slug_taken */
@UseCase()
export class UpdateProduct {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly endpoints: Endpoints,
  ) {}

  @RpcHandler(subscriptions.updateProduct)
  async execute(request: Request, context: RpcContext) {
    this.endpoints.require(request.endpoints);
    const update = this.transaction.run(context, request, async ({ manager }) => {
      const product = await lockProduct(manager, request.productId);
      await manager.update(Product, { id: product.id }, changed(product, request));
      return describeProduct(manager, product.id);
    });
    const { reply } = await update.catch(orSlugTaken);
    return reply;
  }
}

/** An endpoint may be set to null, which is a change too. */
const changed = (product: Product, { name, slug, description, endpoints }: Request) => ({
  name: name ?? product.name,
  slug: slug ?? product.slug,
  description: description ?? product.description,
  endpointSandbox: endpoints?.sandbox === undefined ? product.endpointSandbox : endpoints.sandbox,
  endpointProduction: endpoints?.production === undefined ? product.endpointProduction : endpoints.production,
});
