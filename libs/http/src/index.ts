export { Allow, AllowAnyone, AllowSessionOrToken, methodOf } from './access/allow';
export {
  CallerGuard,
  EdgeContext,
  nobody,
  SessionReader,
  type EdgeRequest,
  type SignedIn,
} from './access/caller.guard';
export { refuseIdempotencyKey } from './access/idempotency-key';
export { userAgentOf } from './access/user-agent';
export { SessionTransport } from './access/session-transport';
export { defineEdge, type EdgeDefinition } from './edge-definition';
export { connectionBounds } from './connection-bounds';
export { everyMethod } from './other-methods';
export { ProtocolFaults } from './protocol-faults';
export { runEdge } from './run-edge';
export { securityHeaders } from './security-headers';
export { nameSchema, replySchema } from './openapi/contract-schemas';
export { problemResponse } from './openapi/problem-response';
export { RespondsWith } from './responds-with';
export { FeedWatch } from './feeds/feed-watch';
export { Following, type Follower } from './feeds/following';
export { cursorOfStream, FeedQuery, pageOfFeed, RespondsWithEvents, StreamQuery } from './feeds/feed-query';
export { RespondsWithImage, sendImage } from './image';
export { PageQuery, WholeInQuery } from './page-query';
export { flagOf, queryFlag } from './query-flag';
export { Id } from './id.pipe';
export { VersionInPath } from './version.pipe';
export { BodyPipe } from './body.pipe';
export { Field, fieldsOf } from './fields';
export { documented } from './documented';
export { sendProblem } from './problem';
