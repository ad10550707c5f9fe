import { subscriptions, type ProductId, type RequestOf } from '#libs/contracts';
import { newId } from '#libs/database';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { requireStorable } from '../../domain/storable';
import { orSlugTaken } from '../../slug-taken';
import { describeProduct } from '../../storage/catalogue.repository';
import { Product } from '../../storage/entities';

/** @throws subscriptions.slug_taken */
@UseCase()
export class CreateProduct {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.createProduct)
  async execute(request: RequestOf<typeof subscriptions.createProduct>, call: Call) {
    requireStorable(request);
    const { name, slug, description, endpoints } = request;
    const create = this.writes.once(call, request, async ({ manager }) => {
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
