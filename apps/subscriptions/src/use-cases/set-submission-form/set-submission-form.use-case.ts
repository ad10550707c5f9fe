import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { invalid, notFound } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { FormChecks } from '../../forms/form-checks';
import { putFormInForce } from '../../storage/catalogue.repository';
import { describePlan } from '../../views/catalogue.view';
import { Plan } from '../../storage/entities';

/** B41: a new version; submissions already made keep theirs. @throws not_found, invalid_request */
@UseCase()
export class SetSubmissionForm {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly forms: FormChecks,
  ) {}

  @RpcHandler(subscriptions.setSubmissionForm)
  async execute(request: RequestOf<typeof subscriptions.setSubmissionForm>, context: RpcContext) {
    const { productId, planId, steps } = request;
    if (steps) await this.forms.requireUsable(steps, '/steps', { of: 'staff', deadline: context.deadline });
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const plan = await tx.manager.findOne(Plan, {
        where: { id: planId, productId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!plan) throw notFound();
      if (steps && !plan.sandbox)
        throw invalid([{ pointer: '/steps', detail: 'Only a plan with a sandbox has a submission form.' }]);
      if (steps) await putFormInForce(tx, planId, steps, actorOf(context.caller));
      else await tx.manager.update(Plan, { id: planId }, { formVersion: null });
      return describePlan(tx.manager, planId);
    });
    return reply;
  }
}
