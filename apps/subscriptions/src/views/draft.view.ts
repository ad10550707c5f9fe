import type { subscriptions } from '#libs/contracts';
import type { Draft } from '../storage/entities';

export const describeDraft = ({ version, answers, formVersion, savedAt, savedBy }: Draft): subscriptions.Draft => ({
  version,
  answers,
  formVersion,
  savedAt: savedAt.toISOString(),
  savedBy,
});
