export { runEdge, securityHeaders, type EdgeDefinition } from './edge-host';
export { Answer } from './answer';
export { PageQuery } from './page-query';
export { Id } from './id.pipe';
export { BodyPipe } from './body.pipe';
export * from './fields';
export { sessionCookie, readCookie, requireSameSite } from './cookies';
export { challengeOf, understood } from './problem.filter';
