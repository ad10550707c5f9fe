import { CreateIdentity1790000000001 } from './0001-create-identity';
import { CreateSignInFailures1790000000002 } from './0002-create-sign-in-failures';

export const migrations = [CreateIdentity1790000000001, CreateSignInFailures1790000000002];
