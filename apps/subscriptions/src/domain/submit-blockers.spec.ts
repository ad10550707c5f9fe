import { subscriptions } from '#libs/contracts';
import { submitBlockers } from './submit-blockers';

const ready = {
  phase: 'sandbox',
  hasSandbox: true,
  isUnderReview: false,
  cancelledAt: null,
  submissions: 0,
  hasSandboxKey: true,
} as const;
const { submissionsMax } = subscriptions;

describe('what keeps a subscription from being submitted', () => {
  it.each([
    ['nothing', {}, []],
    ['B36: no sandbox key', { hasSandboxKey: false }, ['no_sandbox_key']],
    ['too many submissions', { submissions: submissionsMax }, ['submission_limit_reached']],
    ['both', { hasSandboxKey: false, submissions: submissionsMax }, ['no_sandbox_key', 'submission_limit_reached']],
    ['not one too few', { submissions: submissionsMax - 1 }, []],
    ['B37: it is in review', { phase: 'in_review' }, ['in_review']],
    ['B59: nothing, in production', { phase: 'production' }, []],
    ['B36, B59: no sandbox key, in production', { phase: 'production', hasSandboxKey: false }, ['no_sandbox_key']],
    ['B59: a change is in review', { phase: 'production', isUnderReview: true }, ['in_review']],
    ['it is in production, and has no sandbox', { phase: 'production', hasSandbox: false }, ['in_production']],
    ['it is rejected', { phase: 'rejected', hasSandboxKey: false }, ['rejected']],
    ['it is cancelled, whatever else', { phase: 'in_review', cancelledAt: new Date(0) }, ['cancelled']],
  ] as const)('%s', (_what, progress, blockers) => {
    expect(submitBlockers({ ...ready, ...progress })).toEqual(blockers);
  });
});
