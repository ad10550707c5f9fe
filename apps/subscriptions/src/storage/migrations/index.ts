import { CreateSubscriptions1790000000001 } from './0001-create-subscriptions';
import { IndexAllOfPartner1790000000002 } from './0002-index-all-of-partner';
import { AddCancellations1790000000003 } from './0003-add-cancellations';
import { PartnersListsAndUndonePayments1790000000004 } from './0004-partners-lists-and-undone-payments';
import { UnpaidIsInProduction1790000000005 } from './0005-unpaid-is-in-production';
import { AddAccountLooks1790000000006 } from './0006-add-account-looks';
import { PutOffEvents1790000000007 } from './0007-put-off-events';
import { WithdrawWhatWasCancelled1790000000008 } from './0008-withdraw-what-was-cancelled';
import { IndexWhatIsOld1790000000009 } from './0009-index-what-is-old';
import { AddReviewTalk1790000000010 } from './0010-add-review-talk';
import { AddChangeResponsesAndDrafts1790000000011 } from './0011-add-change-responses-and-drafts';
import { Claims1790000000012 } from './0012-claims';
import { ReviewerGroups1790000000013 } from './0013-reviewer-groups';
import { FourEyes1790000000014 } from './0014-four-eyes';
import { ChangesInProduction1790000000015 } from './0015-changes-in-production';
import { ReviewClocks1790000000016 } from './0016-review-clocks';
import { AddKeyLifetime1790000000017 } from './0017-add-key-lifetime';
import { AddKeySlotsPer1790000000018 } from './0018-add-key-slots-per';
import { DropUnsettledIndex1790000000019 } from './0019-drop-unsettled-index';
import { Milestones1790000000020 } from './0020-milestones';

export const migrations = [
  CreateSubscriptions1790000000001,
  IndexAllOfPartner1790000000002,
  AddCancellations1790000000003,
  PartnersListsAndUndonePayments1790000000004,
  UnpaidIsInProduction1790000000005,
  AddAccountLooks1790000000006,
  PutOffEvents1790000000007,
  WithdrawWhatWasCancelled1790000000008,
  IndexWhatIsOld1790000000009,
  AddReviewTalk1790000000010,
  AddChangeResponsesAndDrafts1790000000011,
  Claims1790000000012,
  ReviewerGroups1790000000013,
  FourEyes1790000000014,
  ChangesInProduction1790000000015,
  ReviewClocks1790000000016,
  AddKeyLifetime1790000000017,
  AddKeySlotsPer1790000000018,
  DropUnsettledIndex1790000000019,
  Milestones1790000000020,
];
