import { actorOf, subscriptions, type PlanId, type ProductId, type RequestOf } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { FormChecks } from '../../forms/form-checks';
import { lockProduct, putFormInForce } from '../../storage/catalogue.repository';
import { describePlan } from '../../views/catalogue.view';
import { Plan } from '../../storage/entities';

type Request = RequestOf<typeof subscriptions.createPlan>;

/**
 * @throws not_found, subscriptions.plan_limit_reached, invalid_request for a form that cannot be answered, or on a plan
 *   that has no review to fill it in for
 */
@UseCase()
export class CreatePlan {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly forms: FormChecks,
  ) {}

  @RpcHandler(subscriptions.createPlan)
  async execute(request: Request, context: RpcContext) {
    requireReviewed(request);
    await this.requireUsableForm(request, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const product = await lockProduct(tx.manager, request.productId);
      await requireFew(tx, product.id);
      const id = newId<PlanId>();
      await tx.manager.insert(Plan, { ...rowOf(request), id, productId: product.id });
      if (request.submissionForm) await putFormInForce(tx, id, request.submissionForm.steps, actorOf(context.caller));
      return describePlan(tx.manager, id);
    });
    return reply;
  }

  private async requireUsableForm({ sandbox, submissionForm }: Request, { deadline }: RpcContext): Promise<void> {
    if (!submissionForm) return;
    if (!sandbox)
      throw invalid([{ pointer: '/submissionForm', detail: 'Only a plan with a sandbox has a submission form.' }]);
    await this.forms.requireUsable(submissionForm.steps, '/submissionForm/steps', { of: 'staff', deadline });
  }
}

/** The way from the sandbox to production always leads through a review. */
function requireReviewed({ sandbox, approval }: Request): void {
  if (sandbox && approval === false)
    throw invalid([{ pointer: '/approval', detail: 'A plan with a sandbox is always reviewed.' }]);
}

/** A product is shown with all its plans. */
async function requireFew({ manager }: Tx, productId: ProductId): Promise<void> {
  const limit = subscriptions.plansMax;
  if ((await manager.countBy(Plan, { productId })) >= limit)
    fail('subscriptions.plan_limit_reached', `A product can have ${limit} plans.`, { limit });
}

const rowOf = ({ name, sandbox, approval, price, credentialType, keyLifetimeDays, keySlotsPer }: Request) => ({
  name,
  sandbox,
  approval: approval ?? sandbox,
  priceAmountMinor: price?.amountMinor ?? null,
  priceCurrency: price?.currency ?? null,
  priceInterval: price?.interval ?? null,
  credentialType,
  formVersion: null,
  reviewerGroupId: null,
  fourEyes: false,
  dueWorkingDays: null,
  keyLifetimeDays,
  keySlotsPer,
});
