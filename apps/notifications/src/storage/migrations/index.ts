import { CreateNotifications1790000000001 } from './0001-create-notifications';
import { BoundMessages1790000000002 } from './0002-bound-messages';

export const migrations = [CreateNotifications1790000000001, BoundMessages1790000000002];
