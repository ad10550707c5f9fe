import { CreateNotifications1790000000001 } from './0001-create-notifications';

export const migrations = [CreateNotifications1790000000001];
