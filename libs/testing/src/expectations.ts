import type { ApiReply } from './api';

/** RFC 9457, with our members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  traceId: string;
  errors?: { pointer: string; detail: string }[];
  [member: string]: unknown;
}

export function expectStatus(reply: ApiReply, status: number): ApiReply {
  if (reply.status !== status)
    throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
}

/** A refusal in the form that all of ours have; returns it, for whatever else it says. */
export function expectProblem(reply: ApiReply, status: number, code: string): Problem {
  const problem = expectStatus(reply, status).body as Problem;
  const faults = [
    problem.code !== code && `code ${code}`,
    problem.status !== status && `status ${status}`,
    problem.type !== `urn:slipway:error:${code}` && 'type',
    !isText(problem.title) && 'title',
    !isText(problem.detail) && 'detail',
    !/^[0-9a-f]{32}$/.test(problem.traceId) && 'traceId',
    !reply.headers.get('content-type')?.startsWith('application/problem+json') && 'application/problem+json',
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(`expected ${faults.join(', ')} in ${JSON.stringify(problem)}`);
  return problem;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
