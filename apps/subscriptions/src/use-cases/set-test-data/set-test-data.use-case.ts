import { subscriptions, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { lockProduct, testDataOf } from '../../storage/catalogue.repository';
import { TestDatum } from '../../storage/entities';

/** B35: replaces a product's test data as a whole. @throws not_found */
@UseCase()
export class SetTestData {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(subscriptions.setTestData)
  async execute(request: RequestOf<typeof subscriptions.setTestData>, context: RpcContext) {
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
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
