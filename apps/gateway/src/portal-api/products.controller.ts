import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, RespondsWith, Id, PageQuery } from '#libs/http';
import { subscriptions, type ProductId, type ReplyOf } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

type Product = ReplyOf<typeof subscriptions.getProduct>;

/** Where the provider's servers are and who reviews is nothing of a partner's. */
const asPartnersSeeIt = ({ endpoints: _endpoints, plans, ...product }: Product) => ({
  ...product,
  plans: plans.map(({ review: _review, ...plan }) => plan),
});

@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(subscriptions.listProducts, 'Products with their plans')
  @RespondsWith(200, { reply: subscriptions.publicProducts })
  async list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    const { items, nextCursor } = await this.rpc.call(subscriptions.listProducts, 'shared', page, context);
    return { items: items.map(asPartnersSeeIt), nextCursor };
  }

  @Get(':id')
  @Allow(subscriptions.getProduct, 'A product with its plans')
  @RespondsWith(200, { reply: subscriptions.publicProduct })
  async get(@Id() productId: ProductId, @EdgeContext() context: RequestContext) {
    return asPartnersSeeIt(await this.rpc.call(subscriptions.getProduct, 'shared', { productId }, context));
  }
}
