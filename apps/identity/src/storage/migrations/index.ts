import { CreateIdentity1790000000001 } from './0001-create-identity';
import { CreateSignInFailures1790000000002 } from './0002-create-sign-in-failures';
import { SessionsAndSecondFactor1790000000003 } from './0003-sessions-and-second-factor';
import { CreateRegistrations1790000000005 } from './0005-create-registrations';
import { CreateTokenRevocations1790000000006 } from './0006-create-token-revocations';
import { AddStoppedKeys1790000000007 } from './0007-add-stopped-keys';
import { AddPolicyVersion1790000000008 } from './0008-add-policy-version';
import { PartnerAnnouncementsAndProvider1790000000009 } from './0009-partner-announcements-and-provider';
import { AddStopReasons1790000000010 } from './0010-add-stop-reasons';
import { PutOffEvents1790000000011 } from './0011-put-off-events';
import { IndexWhatIsOld1790000000012 } from './0012-index-what-is-old';
import { MailOfPeople1790000000013 } from './0013-mail-of-people';
import { MailedLinks1790000000014 } from './0014-mailed-links';
import { AddOverlap1790000000015 } from './0015-add-overlap';
import { AddKeyExpiry1790000000016 } from './0016-add-key-expiry';
import { AddSlotsOf1790000000017 } from './0017-add-slots-of';
import { AddLastUse1790000000018 } from './0018-add-last-use';
import { VersionStaff1790000000019 } from './0019-version-staff';
import { AddAllowedAddresses1790000000020 } from './0020-add-allowed-addresses';
import { CountTokens1790000000021 } from './0021-count-tokens';
import { DropUnsettledIndex1790000000022 } from './0022-drop-unsettled-index';

export const migrations = [
  CreateIdentity1790000000001,
  CreateSignInFailures1790000000002,
  SessionsAndSecondFactor1790000000003,
  CreateRegistrations1790000000005,
  CreateTokenRevocations1790000000006,
  AddStoppedKeys1790000000007,
  AddPolicyVersion1790000000008,
  PartnerAnnouncementsAndProvider1790000000009,
  AddStopReasons1790000000010,
  PutOffEvents1790000000011,
  IndexWhatIsOld1790000000012,
  MailOfPeople1790000000013,
  MailedLinks1790000000014,
  AddOverlap1790000000015,
  AddKeyExpiry1790000000016,
  AddSlotsOf1790000000017,
  AddLastUse1790000000018,
  VersionStaff1790000000019,
  AddAllowedAddresses1790000000020,
  CountTokens1790000000021,
  DropUnsettledIndex1790000000022,
];
