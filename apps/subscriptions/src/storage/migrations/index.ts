import { CreateSubscriptions1790000000001 } from './0001-create-subscriptions';

export const migrations = [CreateSubscriptions1790000000001];
