export type { components } from './gateway.generated';
export { Problem, type FieldProblem } from './problem';
export { clientFor, dataOf, type PartnerClient } from './client';
export { Intent } from './intent';
