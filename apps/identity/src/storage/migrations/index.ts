import { CreateIdentity1790000000001 } from './0001-create-identity';
import { CreateTokenRevocations1790000000006 } from './0006-create-token-revocations';

export const migrations = [CreateIdentity1790000000001, CreateTokenRevocations1790000000006];
