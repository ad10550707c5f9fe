import { CreateIdentity1790000000001 } from './0001-create-identity';
import { SessionsAndSecondFactor1790000000003 } from './0003-sessions-and-second-factor';

export const migrations = [CreateIdentity1790000000001, SessionsAndSecondFactor1790000000003];
