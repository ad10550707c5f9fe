import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { z } from 'zod';
import { subscriptions, type ProductId, type ReplyOf } from '#libs/contracts';
import { Answer, Id, PageQuery } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

type Product = ReplyOf<typeof subscriptions.getProduct>;

const publicProducts = z.object({ items: z.array(subscriptions.publicProduct), nextCursor: z.string().nullable() });

const withoutEndpoints = ({ endpoints: _endpoints, ...product }: Product) => product;

@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(subscriptions.listProducts, 'Products with their plans')
  @Answer(200, { reply: publicProducts })
  async list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    const { items, nextCursor } = await this.questions.ask(subscriptions.listProducts, 'shared', page, call);
    return { items: items.map(withoutEndpoints), nextCursor };
  }

  @Get(':id')
  @Allow(subscriptions.getProduct, 'A product with its plans')
  @Answer(200, { reply: subscriptions.publicProduct })
  async get(@Id() productId: ProductId, @EdgeCall() call: CallEnvelope) {
    return withoutEndpoints(await this.questions.ask(subscriptions.getProduct, 'shared', { productId }, call));
  }
}
