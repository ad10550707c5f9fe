import { CreateSubscriptions1790000000001 } from './0001-create-subscriptions';
import { AddCancellations1790000000003 } from './0003-add-cancellations';

export const migrations = [CreateSubscriptions1790000000001, AddCancellations1790000000003];
