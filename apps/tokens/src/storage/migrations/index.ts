import { CreateTokens1790000000001 } from './0001-create-tokens';
import { DropRevocations1790000000002 } from './0002-drop-revocations';
import { PutOffEvents1790000000003 } from './0003-put-off-events';
import { IndexWhatIsOld1790000000004 } from './0004-index-what-is-old';
import { DropUnsettledIndex1790000000005 } from './0005-drop-unsettled-index';

export const migrations = [
  CreateTokens1790000000001,
  DropRevocations1790000000002,
  PutOffEvents1790000000003,
  IndexWhatIsOld1790000000004,
  DropUnsettledIndex1790000000005,
];
