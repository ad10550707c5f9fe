import { runService } from '#libs/messaging';
import { config } from './config';
import { OnOutcome } from './reactions/on-outcome/on-outcome.reaction';
import { Message } from './storage/entities';
import { MarkRead } from './use-cases/mark-read/mark-read.use-case';
import { ReadMessages } from './use-cases/read-messages/read-messages.use-case';

void runService({
  service: 'notifications',
  settings: config,
  entities: [Message],
  useCases: [ReadMessages, MarkRead],
  reactions: [OnOutcome],
  providers: [],
});
