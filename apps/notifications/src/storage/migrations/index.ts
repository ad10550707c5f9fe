import { CreateNotifications1790000000001 } from './0001-create-notifications';
import { BoundMessages1790000000002 } from './0002-bound-messages';
import { CreateProvider1790000000003 } from './0003-create-provider';
import { PutOffEvents1790000000004 } from './0004-put-off-events';
import { IndexWhatIsOld1790000000005 } from './0005-index-what-is-old';
import { CreateWebhooks1790000000006 } from './0006-create-webhooks';
import { CreateMails1790000000010 } from './0010-create-mails';
import { CreateFeeds1790000000011 } from './0011-create-feeds';
import { CreatePreferences1790000000012 } from './0012-create-preferences';
import { CreateOnceEvents1790000000014 } from './0014-create-once-events';
import { PauseFailingWebhooks1790000000015 } from './0015-pause-failing-webhooks';
import { MailToStaff1790000000016 } from './0016-mail-to-staff';
import { DropUnsettledIndex1790000000017 } from './0017-drop-unsettled-index';
import { AddVerifiedWebhooks1790000000018 } from './0018-add-verified-webhooks';

export const migrations = [
  CreateNotifications1790000000001,
  BoundMessages1790000000002,
  CreateProvider1790000000003,
  PutOffEvents1790000000004,
  IndexWhatIsOld1790000000005,
  CreateWebhooks1790000000006,
  CreateMails1790000000010,
  CreateFeeds1790000000011,
  CreatePreferences1790000000012,
  CreateOnceEvents1790000000014,
  PauseFailingWebhooks1790000000015,
  MailToStaff1790000000016,
  DropUnsettledIndex1790000000017,
  AddVerifiedWebhooks1790000000018,
];
