import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { identityConfig } from './config';
import { ActingPerson } from './workflows/acting-person';
import { AccountOpening } from './workflows/account-opening';
import { AdminReset } from './workflows/admin-reset';
import { FirstAdmin } from './workflows/first-admin';
import { LiveTokens } from './workflows/live-tokens';
import { LoginCheck } from './workflows/login-check';
import { operatorCommands } from './workflows/operator-commands';
import { Passwords } from './secrets/passwords';
import { LinkRequests } from './workflows/link-requests';
import { MailedLinks } from './workflows/mailed-links';
import { PasswordLinks } from './workflows/password-links';
import { PasswordResetRequests } from './workflows/password-reset-requests';
import { Pepper } from './secrets/pepper';
import { OnAccountOpened } from './event-handlers/on-account-opened/on-account-opened.event-handler';
import { OnAccountRequested } from './event-handlers/on-account-requested/on-account-requested.event-handler';
import { OnPayment } from './event-handlers/on-payment/on-payment.event-handler';
import { OnSubscriptionCancelled } from './event-handlers/on-subscription-cancelled/on-subscription-cancelled.event-handler';
import { Accounts } from './storage/accounts.repository';
import { Attempts } from './storage/attempts.repository';
import { Devices } from './storage/devices.repository';
import { KeyLimits } from './storage/key-limits';
import { Partners } from './storage/partners.repository';
import { Registrations } from './storage/registrations.repository';
import { Fence } from './workflows/fence';
import { GuessLimits } from './workflows/guess-limits';
import { KeyGuesses } from './workflows/key-guesses';
import { KnownDevices } from './workflows/known-devices';
import { PartnerAnnouncements } from './workflows/partner-announcements';
import { PasswordGuesses } from './workflows/password-guesses';
import { Throttle } from './workflows/throttle';
import { KeyExpiry } from './workflows/key-expiry';
import { KeyRenewal } from './workflows/key-renewal';
import { KeyUses } from './workflows/key-uses';
import { RefusedSignIns } from './workflows/refused-sign-ins';
import { RegistrationExpiry } from './workflows/registration-expiry';
import { SecondFactors } from './workflows/second-factors';
import { SessionAttempts } from './workflows/session-attempts';
import { SessionLife } from './workflows/session-life';
import { SessionUse } from './workflows/session-use';
import { SubscriptionEnd } from './workflows/subscription-end';
import { SubscriptionStop } from './workflows/subscription-stop';
import { TokenCounts } from './storage/token-counts.repository';
import { TokenRevocations } from './storage/token-revocations.repository';
import { entities } from './storage/entities';
import { retention } from './storage/retention';
import { KeyLoader } from './storage/key-loader';
import { AddPerson } from './use-cases/add-person/add-person.use-case';
import { ChangeEmail } from './use-cases/change-email/change-email.use-case';
import { OwnPerson } from './use-cases/own-person/own-person.use-case';
import { RequestLink } from './use-cases/request-link/request-link.use-case';
import { Authenticate } from './use-cases/authenticate/authenticate.use-case';
import { ChangePassword } from './use-cases/change-password/change-password.use-case';
import { ChangeRole } from './use-cases/change-role/change-role.use-case';
import { CompleteSetup } from './use-cases/complete-setup/complete-setup.use-case';
import { CountTokens } from './use-cases/count-tokens/count-tokens.use-case';
import { CreateKey } from './use-cases/create-key/create-key.use-case';
import { CreateStaff } from './use-cases/create-staff/create-staff.use-case';
import { DeleteKey } from './use-cases/delete-key/delete-key.use-case';
import { EligibilityRules } from './use-cases/eligibility-rules/eligibility-rules.use-case';
import { EndRegistration } from './use-cases/end-registration/end-registration.use-case';
import { EndSubscriptionKeys } from './use-cases/end-subscription-keys/end-subscription-keys.use-case';
import { ReadAccounts } from './use-cases/read-accounts/read-accounts.use-case';
import { ReadKeys } from './use-cases/read-keys/read-keys.use-case';
import { ReadMailRecipients } from './use-cases/read-mail-recipients/read-mail-recipients.use-case';
import { ReadStaffRecipients } from './use-cases/read-staff-recipients/read-staff-recipients.use-case';
import { ReadMailedLink } from './use-cases/read-mailed-link/read-mailed-link.use-case';
import { ReadPartners } from './use-cases/read-partners/read-partners.use-case';
import { ReadProvider } from './use-cases/read-provider/read-provider.use-case';
import { ReadStaff } from './use-cases/read-staff/read-staff.use-case';
import { ReauthenticateStaff } from './use-cases/reauthenticate-staff/reauthenticate-staff.use-case';
import { RegenerateKey } from './use-cases/regenerate-key/regenerate-key.use-case';
import { RegisterPartner } from './use-cases/register-partner/register-partner.use-case';
import { ReinstatePartner } from './use-cases/reinstate-partner/reinstate-partner.use-case';
import { RemovePerson } from './use-cases/remove-person/remove-person.use-case';
import { RenameKey } from './use-cases/rename-key/rename-key.use-case';
import { RequestPasswordReset } from './use-cases/request-password-reset/request-password-reset.use-case';
import { RequestSandbox } from './use-cases/request-sandbox/request-sandbox.use-case';
import { RevokeTokens } from './use-cases/revoke-tokens/revoke-tokens.use-case';
import { RescuePerson } from './use-cases/rescue-person/rescue-person.use-case';
import { ResetPassword } from './use-cases/reset-password/reset-password.use-case';
import { RotateKey } from './use-cases/rotate-key/rotate-key.use-case';
import { SecondFactorOfStaff } from './use-cases/second-factor/second-factor.use-case';
import { Sessions } from './use-cases/sessions/sessions.use-case';
import { SetApiAccess } from './use-cases/set-api-access/set-api-access.use-case';
import { SetAllowedAddresses } from './use-cases/set-allowed-addresses/set-allowed-addresses.use-case';
import { SetKeyExpiry } from './use-cases/set-key-expiry/set-key-expiry.use-case';
import { SetProvider } from './use-cases/set-provider/set-provider.use-case';
import { SetProviderLogo } from './use-cases/set-provider-logo/set-provider-logo.use-case';
import { SignIn } from './use-cases/sign-in/sign-in.use-case';
import { SignOut } from './use-cases/sign-out/sign-out.use-case';
import { StaffSessions } from './use-cases/staff-sessions/staff-sessions.use-case';
import { StopSubscriptionKeys } from './use-cases/stop-subscription-keys/stop-subscription-keys.use-case';
import { SuspendPartner } from './use-cases/suspend-partner/suspend-partner.use-case';
import { UpdatePartner } from './use-cases/update-partner/update-partner.use-case';
import { UpdateStaff } from './use-cases/update-staff/update-staff.use-case';
import { VerifyDomain } from './use-cases/verify-domain/verify-domain.use-case';
import { VerifyEmail } from './use-cases/verify-email/verify-email.use-case';
import { VerifyKey } from './use-cases/verify-key/verify-key.use-case';

@Module({
  controllers: [
    RegisterPartner,
    VerifyDomain,
    RequestSandbox,
    CompleteSetup,
    SetApiAccess,
    ReadAccounts,
    ReadMailRecipients,
    ReadStaffRecipients,
    ReadMailedLink,
    RequestPasswordReset,
    VerifyEmail,
    AddPerson,
    OwnPerson,
    ChangeEmail,
    RequestLink,
    RemovePerson,
    ChangeRole,
    SignIn,
    SignOut,
    Authenticate,
    Sessions,
    ChangePassword,
    ResetPassword,
    CountTokens,
    CreateKey,
    ReadKeys,
    RenameKey,
    SetAllowedAddresses,
    SetKeyExpiry,
    RegenerateKey,
    RotateKey,
    DeleteKey,
    VerifyKey,
    EndSubscriptionKeys,
    StopSubscriptionKeys,
    RevokeTokens,
    StaffSessions,
    SecondFactorOfStaff,
    ReauthenticateStaff,
    ReadStaff,
    CreateStaff,
    UpdateStaff,
    ReadPartners,
    UpdatePartner,
    SuspendPartner,
    ReinstatePartner,
    EndRegistration,
    RescuePerson,
    EligibilityRules,
    ReadProvider,
    SetProvider,
    SetProviderLogo,
  ],
  providers: [
    OnAccountRequested,
    OnAccountOpened,
    OnPayment,
    OnSubscriptionCancelled,
    Accounts,
    AccountOpening,
    ActingPerson,
    AdminReset,
    Fence,
    FirstAdmin,
    KeyLimits,
    KeyLoader,
    KeyExpiry,
    KeyRenewal,
    KeyUses,
    LiveTokens,
    LoginCheck,
    Partners,
    PartnerAnnouncements,
    Attempts,
    Devices,
    GuessLimits,
    KeyGuesses,
    KnownDevices,
    PasswordGuesses,
    Passwords,
    Throttle,
    Pepper,
    RefusedSignIns,
    RegistrationExpiry,
    Registrations,
    LinkRequests,
    MailedLinks,
    PasswordLinks,
    PasswordResetRequests,
    SecondFactors,
    SessionAttempts,
    SessionLife,
    SessionUse,
    SubscriptionEnd,
    SubscriptionStop,
    TokenCounts,
    TokenRevocations,
  ],
})
export class IdentityModule {}

export const identityService = defineService({
  name: 'identity',
  module: IdentityModule,
  entities,
  config: identityConfig,
  retention,
  commands: operatorCommands,
});
