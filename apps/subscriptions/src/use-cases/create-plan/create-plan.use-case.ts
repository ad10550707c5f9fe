import { actorOf, subscriptions, type PlanId, type RequestOf } from '#libs/contracts';
import { newId } from '#libs/database';
import { invalid } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { requireForm } from '../../domain/form-definition';
import { requireStorable } from '../../domain/storable';
import { describePlan, getProduct, putFormInForce } from '../../storage/catalogue.repository';
import { Plan } from '../../storage/entities';

type Request = RequestOf<typeof subscriptions.createPlan>;

/** @throws not_found, invalid_request for a form that cannot be answered, or on a plan that has no review to fill it in for */
@UseCase()
export class CreatePlan {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.createPlan)
  async execute(request: Request, call: Call) {
    requireStorable(request);
    requireUsableForm(request);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const product = await getProduct(tx.manager, request.productId);
      const id = newId<PlanId>();
      await tx.manager.insert(Plan, { ...rowOf(request), id, productId: product.id });
      if (request.submissionForm) await putFormInForce(tx, id, request.submissionForm.steps, actorOf(call.caller));
      return describePlan(tx.manager, id);
    });
    return reply;
  }
}

function requireUsableForm({ sandbox, submissionForm }: Request): void {
  if (!submissionForm) return;
  if (!sandbox)
    throw invalid([{ pointer: '/submissionForm', detail: 'Only a plan with a sandbox has a submission form.' }]);
  requireForm(submissionForm.steps, '/submissionForm/steps');
}

const rowOf = ({ name, sandbox, approval, price, credentialType }: Request) => ({
  name,
  sandbox,
  approval,
  priceAmountMinor: price?.amountMinor ?? null,
  priceCurrency: price?.currency ?? null,
  priceInterval: price?.interval ?? null,
  credentialType,
  formVersion: null,
});
