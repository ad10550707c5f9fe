import { CreateIdentity1790000000001 } from './0001-create-identity';
import { CreateRegistrations1790000000005 } from './0005-create-registrations';

export const migrations = [CreateIdentity1790000000001, CreateRegistrations1790000000005];
