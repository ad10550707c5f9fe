import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { getProduct, listProducts, testDataOf } from '../../storage/catalogue.repository';
import { describeProduct, describeProducts, endpointsOf } from '../../views/catalogue.view';
import { Product } from '../../storage/entities';

/** The catalogue: everybody's to read. @throws not_found */
@UseCase()
export class ReadProducts {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listProducts)
  list({ limit, cursor }: RequestOf<typeof subscriptions.listProducts>) {
    return this.database.reading('shared', async (manager) => {
      const { rows, nextCursor } = pageOf(await listProducts(manager, limit, afterCursor(cursor)), limit);
      return { items: await describeProducts(manager, rows), nextCursor };
    });
  }

  @RpcHandler(subscriptions.getProduct)
  get({ productId }: RequestOf<typeof subscriptions.getProduct>) {
    return this.database.reading('shared', (manager) => describeProduct(manager, productId));
  }

  @RpcHandler(subscriptions.getProductTestData)
  testData({ productId }: RequestOf<typeof subscriptions.getProductTestData>) {
    return this.database.reading('shared', async (manager) => {
      await getProduct(manager, productId);
      return testDataOf(manager, productId);
    });
  }

  /** For the data plane: where a call goes. */
  @RpcHandler(subscriptions.resolveProduct)
  resolve({ slug }: RequestOf<typeof subscriptions.resolveProduct>) {
    return this.database.reading('shared', async (manager) => {
      const product = await manager.findOneBy(Product, { slug });
      return { product: product && { id: product.id, endpoints: endpointsOf(product) } };
    });
  }
}
