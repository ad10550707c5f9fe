import { CreateIdentity1790000000001 } from './0001-create-identity';

export const migrations = [CreateIdentity1790000000001];
