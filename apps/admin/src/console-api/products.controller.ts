import { Body, Controller, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { subscriptions, type PlanId, type ProductId } from '#libs/contracts';
import {
  Answer,
  BodyPipe,
  Currency,
  Flag,
  Id,
  JsonObject,
  ListOf,
  Nested,
  OneOf,
  PageQuery,
  Slug,
  Text,
  Url,
  Whole,
} from '#libs/http';
import { invalid } from '#libs/errors';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { requireEndpoints } from './provider-endpoints';

class Endpoints {
  @Url({ optional: true, nullable: true }) sandbox?: string | null;
  @Url({ optional: true, nullable: true }) production?: string | null;
}

class NewProduct {
  @Text() name!: string;
  @Slug() slug!: string;
  @Text({ max: 4_000, min: 0, optional: true }) description?: string;
  @Nested(() => Endpoints, { optional: true }) endpoints?: Endpoints;
}

class ProductChange {
  @Text({ optional: true }) name?: string;
  @Slug({ optional: true }) slug?: string;
  @Text({ max: 4_000, min: 0, optional: true }) description?: string;
  @Nested(() => Endpoints, { optional: true }) endpoints?: Endpoints;
}

class TestDatum {
  @Text({ max: 50 }) type!: string;
  @Text() name!: string;
  @Text({ max: 1_000, min: 0 }) description!: string;
  @Text({ max: 4_000, min: 0, verbatim: true }) value!: string;
}

class FormStep {
  @Slug() id!: string;
  @Text() title!: string;
  @JsonObject({ description: 'JSON Schema of an object: the fields of the step.' }) schema!: Record<string, unknown>;
}

class SubmissionForm {
  @ListOf(() => FormStep, { min: 1, max: 20 }) steps!: FormStep[];
}

class Price {
  @Whole({ min: 1, max: 1_000_000_000, description: 'Minor units of the currency.' }) amountMinor!: number;
  @Currency() currency!: string;
  @OneOf(['once', 'month', 'year']) interval!: 'once' | 'month' | 'year';
}

class NewPlan {
  @Text() name!: string;
  @Flag({ description: 'Whether the plan runs the sandbox-to-production pipeline.' }) sandbox!: boolean;
  @Flag({ optional: true, description: 'Whether staff must approve a subscription to a plan without a sandbox.' })
  approval?: boolean;
  @Nested(() => SubmissionForm, { optional: true, nullable: true }) submissionForm?: SubmissionForm | null;
  @Nested(() => Price, { optional: true, nullable: true }) price?: Price | null;
  @OneOf(['client_secret'], { optional: true }) credentialType?: 'client_secret';
}

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

  @Post()
  @Allow(subscriptions.createProduct, 'Make a product')
  @Answer(201, subscriptions.createProduct)
  create(@Body() { name, slug, description, endpoints }: NewProduct, @EdgeCall() call: CallEnvelope) {
    requireEndpoints(endpoints);
    const request = {
      name,
      slug,
      description: description ?? '',
      endpoints: { sandbox: endpoints?.sandbox ?? null, production: endpoints?.production ?? null },
    };
    return this.questions.ask(subscriptions.createProduct, 'shared', request, call);
  }

  @Patch(':id')
  @Allow(subscriptions.updateProduct, 'Change a product')
  @Answer(200, subscriptions.updateProduct)
  update(@Id() productId: ProductId, @Body() body: ProductChange, @EdgeCall() call: CallEnvelope) {
    requireEndpoints(body.endpoints);
    return this.questions.ask(subscriptions.updateProduct, 'shared', { productId, ...body }, call);
  }

  @Get(':id/test-data')
  @Allow(subscriptions.getProductTestData, 'The sandbox test data of a product')
  @Answer(200, subscriptions.getProductTestData)
  testData(@Id() productId: ProductId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getProductTestData, 'shared', { productId }, call);
  }

  @Put(':id/test-data')
  @Allow(subscriptions.setTestData, 'Replace the sandbox test data of a product')
  @ApiBody({ type: [TestDatum] })
  @Answer(200, subscriptions.setTestData)
  setTestData(
    @Id() productId: ProductId,
    @Body(new BodyPipe({ items: TestDatum, max: 200 })) items: TestDatum[],
    @EdgeCall() call: CallEnvelope,
  ) {
    return this.questions.ask(subscriptions.setTestData, 'shared', { productId, items }, call);
  }

  @Post(':id/plans')
  @Allow(subscriptions.createPlan, 'Add a plan to a product')
  @Answer(201, subscriptions.createPlan)
  createPlan(@Id() productId: ProductId, @Body() body: NewPlan, @EdgeCall() call: CallEnvelope) {
    if (body.sandbox && body.approval === false) {
      throw invalid([{ pointer: '/approval', detail: 'A plan with a sandbox is always reviewed.' }]);
    }
    const request = {
      productId,
      name: body.name,
      sandbox: body.sandbox,
      approval: body.approval ?? body.sandbox,
      price: body.price ?? null,
      credentialType: body.credentialType ?? ('client_secret' as const),
      submissionForm: body.submissionForm ?? null,
    };
    return this.questions.ask(subscriptions.createPlan, 'shared', request, call);
  }

  @Put(':id/plans/:planId/submission-form')
  @Allow(subscriptions.setSubmissionForm, 'Put a new version of the submission form in force')
  @Answer(200, subscriptions.setSubmissionForm)
  setForm(
    @Id() productId: ProductId,
    @Id('planId') planId: PlanId,
    @Body() { steps }: SubmissionForm,
    @EdgeCall() call: CallEnvelope,
  ) {
    return this.questions.ask(subscriptions.setSubmissionForm, 'shared', { productId, planId, steps }, call);
  }
}
