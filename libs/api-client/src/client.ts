import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './gateway.generated';
import { Problem } from './problem';

export type PartnerClient = Client<paths>;

/**
 * The gateway's API for one account: of the two whose cookies a browser may hold, `Slipway-Account` says which is meant.
 * That a call comes from our own page is proved by what a page of another site cannot send: JSON and the right origin.
 */
export function clientFor(accountId?: string): PartnerClient {
  return createClient<paths>({
    baseUrl: '/',
    fetch: reachable,
    headers: accountId ? { 'Slipway-Account': accountId } : {},
  });
}

async function reachable(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    throw Problem.unreachable(callOf(request.method, request.url));
  }
}

const callOf = (method: string, url: string): string => `${method} ${new URL(url).pathname}`;

/** @throws Problem for whatever the API did not do */
export async function dataOf<Data>(
  replying: Promise<{ data?: Data; error?: unknown; response: Response }>,
  method = 'GET',
): Promise<Data> {
  const { data, error, response } = await replying;
  if (!response.ok) throw Problem.ofResponse(response, error, callOf(method, response.url));
  return data as Data;
}
