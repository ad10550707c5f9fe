import { subscriptions, type RequestOf } from '#libs/contracts';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { requireStorable } from '../../domain/storable';
import { orSlugTaken } from '../../slug-taken';
import { describeProduct, lockProduct } from '../../storage/catalogue.repository';
import { Product } from '../../storage/entities';

type Request = RequestOf<typeof subscriptions.updateProduct>;

/** What is not named stays. @throws not_found, subscriptions.slug_taken */
@UseCase()
export class UpdateProduct {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.updateProduct)
  async execute(request: Request, call: Call) {
    requireStorable(request);
    const update = this.writes.once(call, request, async ({ manager }) => {
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
