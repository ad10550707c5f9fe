import { recordOf, stateOf } from '../domain/registration';
import type { Registration } from '../storage/entities';

export const describeDomainVerification = (registration: Registration) => ({
  domain: registration.domain,
  verified: registration.provenAt !== null,
  registration: stateOf(registration),
  expiresAt: registration.confirmedAt ? null : registration.expiresAt.toISOString(),
  record: recordOf(registration.domain, registration.challenge),
});
