import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { subscriptions, type ProductId } from '#libs/contracts';
import { Answer, Id, PageQuery } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(subscriptions.listProducts, 'Products with their plans')
  @Answer(200, subscriptions.listProducts)
  list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.listProducts, 'shared', page, call);
  }

  @Get(':id')
  @Allow(subscriptions.getProduct, 'A product with its plans')
  @Answer(200, subscriptions.getProduct)
  get(@Id() productId: ProductId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getProduct, 'shared', { productId }, call);
  }
}
