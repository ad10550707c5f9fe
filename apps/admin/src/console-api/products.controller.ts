import { Body, Controller, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, BodyPipe, Id, PageQuery } from '#libs/http';
import { subscriptions, type PlanId, type ProductId, type ReviewerGroupId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const newProduct = subscriptions.createProduct.request.shape;
const newEndpoints = newProduct.endpoints.unwrap().shape;
const productChange = subscriptions.updateProduct.request.shape;
const changedEndpoints = productChange.endpoints.unwrap().shape;
const testDatum = subscriptions.testDatum.shape;
const formStep = subscriptions.formStep.shape;
const newPlan = subscriptions.createPlan.request.shape;
const price = subscriptions.price.shape;

class NewEndpoints {
  @Field(newEndpoints.sandbox) sandbox?: string | null;
  @Field(newEndpoints.production) production?: string | null;
}

class Endpoints {
  @Field(changedEndpoints.sandbox) sandbox?: string | null;
  @Field(changedEndpoints.production) production?: string | null;
}

class NewProduct {
  @Field(newProduct.name) name!: string;
  @Field(newProduct.slug) slug!: string;
  @Field(newProduct.description) description?: string;
  @Field(newProduct.endpoints, { type: () => NewEndpoints }) endpoints?: NewEndpoints;
}

class ProductChange {
  @Field(productChange.name) name?: string;
  @Field(productChange.slug) slug?: string;
  @Field(productChange.description) description?: string;
  @Field(productChange.endpoints, { type: () => Endpoints }) endpoints?: Endpoints;
}

class TestDatum {
  @Field(testDatum.type) type!: string;
  @Field(testDatum.name) name!: string;
  @Field(testDatum.description) description!: string;
  @Field(testDatum.value) value!: string;
}

class FormStep {
  @Field(formStep.id) id!: string;
  @Field(formStep.title) title!: string;
  @Field(formStep.schema, { description: 'JSON Schema of an object: the fields of the step.' })
  schema!: Record<string, unknown>;
}

class SubmissionForm {
  @Field(subscriptions.formSteps, { type: () => FormStep }) steps!: FormStep[];
}

class PlanReview {
  @Field(subscriptions.setPlanReview.request.shape.reviewerGroupId, {
    description: 'Whose members alone review what is submitted; null: every reviewer.',
  })
  reviewerGroupId!: ReviewerGroupId | null;
  @Field(subscriptions.setPlanReview.request.shape.fourEyes, {
    description: 'Whether two different people must approve.',
  })
  fourEyes?: boolean;
  @Field(subscriptions.setPlanReview.request.shape.dueWorkingDays, {
    description:
      'By the end of the how manieth working day after the day of a submission it is to be decided; null: whenever.',
  })
  dueWorkingDays?: number | null;
}

class Price {
  @Field(price.amountMinor, { description: 'Minor units of the currency.' }) amountMinor!: number;
  @Field(price.currency) currency!: string;
  @Field(price.interval) interval!: 'once' | 'month' | 'year';
}

class NewPlan {
  @Field(newPlan.name) name!: string;
  @Field(newPlan.sandbox, { description: 'Whether the plan runs the sandbox-to-production pipeline.' })
  sandbox!: boolean;
  @Field(newPlan.approval, { description: 'Whether staff must approve a subscription to a plan without a sandbox.' })
  approval?: boolean;
  @Field(newPlan.submissionForm, { type: () => SubmissionForm }) submissionForm?: SubmissionForm | null;
  @Field(newPlan.price, { type: () => Price }) price?: Price | null;
  @Field(newPlan.credentialType) credentialType?: 'client_secret';
  @Field(newPlan.keyLifetimeDays, {
    description: 'Days after which a key of this plan expires, counted from when its pair was made. Null: it does not.',
  })
  keyLifetimeDays?: number | null;
  @Field(newPlan.keySlotsPer, {
    description: 'Whether keys of this plan take places of their account, or each subscription has as many of its own.',
  })
  keySlotsPer?: 'account' | 'subscription';
}

@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(subscriptions.listProducts, 'Products with their plans')
  @RespondsWith(200, subscriptions.listProducts)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listProducts, 'shared', page, context);
  }

  @Get(':id')
  @Allow(subscriptions.getProduct, 'A product with its plans')
  @RespondsWith(200, subscriptions.getProduct)
  get(@Id() productId: ProductId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getProduct, 'shared', { productId }, context);
  }

  @Post()
  @Allow(subscriptions.createProduct, 'Make a product')
  @RespondsWith(201, subscriptions.createProduct)
  create(@Body() body: NewProduct, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.createProduct, 'shared', body, context);
  }

  @Patch(':id')
  @Allow(subscriptions.updateProduct, 'Change a product')
  @RespondsWith(200, subscriptions.updateProduct)
  update(@Id() productId: ProductId, @Body() body: ProductChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.updateProduct, 'shared', { productId, ...body }, context);
  }

  @Get(':id/test-data')
  @Allow(subscriptions.getProductTestData, 'The sandbox test data of a product')
  @RespondsWith(200, subscriptions.getProductTestData)
  testData(@Id() productId: ProductId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getProductTestData, 'shared', { productId }, context);
  }

  @Put(':id/test-data')
  @Allow(subscriptions.setTestData, 'Replace the sandbox test data of a product')
  @ApiBody({ type: [TestDatum] })
  @RespondsWith(200, subscriptions.setTestData)
  setTestData(
    @Id() productId: ProductId,
    @Body(new BodyPipe({ items: TestDatum, rule: subscriptions.setTestData.request.shape.items })) items: TestDatum[],
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(subscriptions.setTestData, 'shared', { productId, items }, context);
  }

  @Post(':id/plans')
  @Allow(subscriptions.createPlan, 'Add a plan to a product')
  @RespondsWith(201, subscriptions.createPlan)
  createPlan(@Id() productId: ProductId, @Body() body: NewPlan, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.createPlan, 'shared', { productId, ...body }, context);
  }

  @Put(':id/plans/:planId/submission-form')
  @Allow(subscriptions.setSubmissionForm, 'Put a new version of the submission form in force')
  @RespondsWith(200, subscriptions.setSubmissionForm)
  setForm(
    @Id() productId: ProductId,
    @Id('planId') planId: PlanId,
    @Body() body: SubmissionForm,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(subscriptions.setSubmissionForm, 'shared', { productId, planId, ...body }, context);
  }

  @Put(':id/plans/:planId/review')
  @Allow(subscriptions.setPlanReview, 'Say who reviews what is submitted on a plan')
  @RespondsWith(200, subscriptions.setPlanReview)
  setReview(
    @Id() productId: ProductId,
    @Id('planId') planId: PlanId,
    @Body() body: PlanReview,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(subscriptions.setPlanReview, 'shared', { productId, planId, ...body }, context);
  }
}
