import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { invalid, notFound } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { requireForm } from '../../domain/form-definition';
import { requireStorable } from '../../domain/storable';
import { describePlan, putFormInForce } from '../../storage/catalogue.repository';
import { Plan } from '../../storage/entities';

/** B41: a new version; submissions already made keep theirs. @throws not_found, invalid_request */
@UseCase()
export class SetSubmissionForm {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.setSubmissionForm)
  async execute(request: RequestOf<typeof subscriptions.setSubmissionForm>, call: Call) {
    requireStorable(request);
    const { productId, planId, steps } = request;
    if (steps) requireForm(steps, '/steps');
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const plan = await tx.manager.findOne(Plan, {
        where: { id: planId, productId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!plan) throw notFound();
      if (steps && !plan.sandbox)
        throw invalid([{ pointer: '/steps', detail: 'Only a plan with a sandbox has a submission form.' }]);
      if (steps) await putFormInForce(tx, planId, steps, actorOf(call.caller));
      else await tx.manager.update(Plan, { id: planId }, { formVersion: null });
      return describePlan(tx.manager, planId);
    });
    return reply;
  }
}
