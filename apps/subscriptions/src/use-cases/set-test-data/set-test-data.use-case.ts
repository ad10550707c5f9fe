import { subscriptions, type RequestOf } from '#libs/contracts';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { requireStorable } from '../../domain/storable';
import { lockProduct, testDataOf } from '../../storage/catalogue.repository';
import { TestDatum } from '../../storage/entities';

/** B35: replaces a product's test data as a whole. @throws not_found */
@UseCase()
export class SetTestData {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.setTestData)
  async execute(request: RequestOf<typeof subscriptions.setTestData>, call: Call) {
    requireStorable(request);
    const { reply } = await this.writes.once(call, request, async ({ manager }) => {
      const { id: productId } = await lockProduct(manager, request.productId);
      await manager.delete(TestDatum, { productId });
      await manager.insert(
        TestDatum,
        request.items.map((item, position) => ({ ...item, productId, position })),
      );
      return testDataOf(manager, productId);
    });
    return reply;
  }
}
