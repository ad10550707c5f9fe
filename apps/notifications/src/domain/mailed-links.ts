import { eventType, identity } from '#libs/contracts';

interface LinkRule {
  kind: identity.LinkKind;
  /** Of the portal. What follows the # is told to no server and no log. */
  page: string;
}

/** What carries a link of its own, by the type of its event. */
const rules: readonly (LinkRule & { type: string })[] = [
  { type: eventType(identity.passwordResetRequested), kind: 'password_reset', page: 'password-reset' },
  { type: eventType(identity.personInvited), kind: 'invitation', page: 'invitation' },
  { type: eventType(identity.emailVerificationRequested), kind: 'email_verification', page: 'email-verification' },
];

/** Undefined: a mail that opens nothing. */
export const linkRuleOf = (type: string): LinkRule | undefined => rules.find((rule) => rule.type === type);
