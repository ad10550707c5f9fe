import { CreateTokens1790000000001 } from './0001-create-tokens';
import { DropRevocations1790000000002 } from './0002-drop-revocations';

export const migrations = [CreateTokens1790000000001, DropRevocations1790000000002];
