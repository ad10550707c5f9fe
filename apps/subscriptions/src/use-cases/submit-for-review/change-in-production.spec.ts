import { subscriptions } from '#libs/contracts';
import { anApp, aStep, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const form = { submissionForm: { steps: [aStep] } };
const before = { company: { name: 'Contoso' } };
const after = { company: { name: 'Fabrikam' } };

describe('a change of what is in production', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  async function inProduction() {
    const submitted = await pipeline.submitted(form, before);
    await pipeline.approve(submitted);
    return submitted;
  }
  type One = Awaited<ReturnType<typeof inProduction>>;

  const changed = async () => {
    const one = await inProduction();
    return { ...one, first: one.submissionId, submissionId: await pipeline.submit(one, after) };
  };
  const grantOf = ({ person, subscriptionId }: One) =>
    pipeline.call(
      subscriptions.checkGrant,
      { partnerId: person.partnerId, subscriptionId, environment: 'production' },
      anApp('identity'),
    );
  /** The answers that hold. */
  const inForce = async (one: One) => {
    const subscription = await pipeline.read(one);
    const { items } = await pipeline.call(subscriptions.listSubmissions, one, one.person);
    return items.find(({ submissionId }) => submissionId === subscription.inForce?.submissionId)?.answers;
  };
  const goesOn = async (one: One) => {
    const { phase, production } = await pipeline.read(one);
    expect({ phase, unlocked: production.unlocked }).toEqual({ phase: 'production', unlocked: true });
    expect(await grantOf(one)).toMatchObject({ verdict: 'granted' });
    expect(await pipeline.grants(one.subscriptionId)).toEqual(['production', 'sandbox']);
  };

  it('B59: is reviewed while production goes on', async () => {
    const one = await inProduction();
    expect(await pipeline.read(one)).toMatchObject({ canSubmit: true, underReview: null, inForce: { number: 1 } });
    const effect = await pipeline.effectOf(one.subscriptionId, () => pipeline.submit(one, after));
    expect(effect).toEqual({ published: ['submission-received'], recorded: ['submitted: production → production'] });
    expect(await pipeline.read(one)).toMatchObject({
      canSubmit: false,
      submitBlockers: ['in_review'],
      underReview: { number: 2 },
      inForce: { number: 1 },
    });
    await goesOn(one);
    expect(await inForce(one)).toEqual(before);
  });

  it('B59: an approval swaps the answers, and nothing else', async () => {
    const one = await changed();
    const { production } = await pipeline.read(one);
    const effect = await pipeline.effectOf(one.subscriptionId, () => pipeline.approve(one));
    expect(effect).toEqual({ published: ['submission-approved'], recorded: ['approved: production → production'] });
    expect(await inForce(one)).toEqual(after);
    expect(await pipeline.read(one)).toMatchObject({ production, underReview: null, inForce: { number: 2 } });
    await goesOn(one);
  });

  it.each([
    ['rejection', subscriptions.rejectSubmission, 'rejected'],
    ['change request', subscriptions.requestChanges, 'changes_requested'],
  ] as const)('B59: a %s leaves the old', async (_name, method, action) => {
    const one = await changed();
    const effect = await pipeline.effectOf(one.subscriptionId, () =>
      pipeline.call(method, { submissionId: one.submissionId, notes: 'Not this.' }, pipeline.reviewer),
    );
    expect(effect.recorded).toEqual([`${action}: production → production`]);
    expect(await inForce(one)).toEqual(before);
    const { changesRequested, canSubmit } = await pipeline.read(one);
    expect({ changesRequested, canSubmit }).toEqual({
      changesRequested: action === 'changes_requested',
      canSubmit: true,
    });
    await goesOn(one);
    await pipeline.approve({ submissionId: await pipeline.submit(one, after) });
    expect(await inForce(one)).toEqual(after);
    expect((await pipeline.read(one)).changesRequested).toBe(false);
  });

  it('B59: a withdrawal leaves the old, and says that production goes on', async () => {
    const one = await changed();
    await pipeline.call(subscriptions.withdrawSubmission, one, one.person);
    expect(await inForce(one)).toEqual(before);
    const events = await service.published(subscriptions.submissionWithdrawn);
    expect(events.at(-1)?.data).toMatchObject({ phase: 'production', number: 2 });
    await goesOn(one);
  });

  it('B59: one at a time', async () => {
    const one = await inProduction();
    const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [one.subscriptionId] }, [
      () => pipeline.submit(one, after),
      () => pipeline.submit(one, after),
    ]);
    const inReview = { code: 'subscriptions.wrong_phase', detail: { phase: 'production' } };
    expect(refusals(results)).toEqual([expect.objectContaining(inReview)]);
  });

  it('B43, B59: a change on a four-eyes plan is approved by two', async () => {
    const one = await inProduction();
    const { product, plan } = await pipeline.read(one);
    const review = { productId: product.id, planId: plan.id, reviewerGroupId: null, fourEyes: true };
    await pipeline.call(subscriptions.setPlanReview, review, pipeline.staff);
    const submissionId = await pipeline.submit(one, after);
    await pipeline.approve({ submissionId });
    expect(await inForce(one)).toEqual(before);
    await pipeline.call(subscriptions.approveSubmission, { submissionId }, pipeline.staff);
    expect(await inForce(one)).toEqual(after);
  });

  it('is withdrawn with a cancellation of either kind', async () => {
    const [one, other] = [await changed(), await changed()];
    const confirm = 'Integration';
    const primary = { ...other.person, environment: 'production' as const };
    await pipeline.cancel(one);
    await pipeline.call(subscriptions.cancelInProduction, { ...other, confirm }, primary);
    for (const each of [one, other]) {
      expect((await pipeline.recorded(each.subscriptionId)).slice(-2)).toEqual([
        'withdrawn: production → production',
        'cancelled: production → production',
      ]);
      expect(await pipeline.read(each)).toMatchObject({ underReview: null, inForce: { number: 1 } });
    }
    const cancelled = (await service.published(subscriptions.subscriptionCancelled)).slice(-2);
    expect(
      cancelled.map(({ aggregateversion: version, aggregatefollows: follows }) => version - (follows ?? 0)),
    ).toEqual([2, 2]);
    await pipeline.call(subscriptions.restoreSubscription, other, primary);
    await goesOn(other);
  });

  it('needs a sandbox to be made in', async () => {
    const one = await pipeline.subscribed({ sandbox: false });
    expect(await pipeline.read(one)).toMatchObject({ phase: 'production', submitBlockers: ['in_production'] });
    await expect(pipeline.submit(one)).rejects.toMatchObject({ code: 'subscriptions.wrong_phase' });
  });
});
