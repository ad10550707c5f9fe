import { Resolver } from 'node:dns/promises';

/** A resolver that does not reply is tried twice; then somebody waits for us. */
const timeouts = { timeout: 1_500, tries: 2 };
const allInAllMs = 5_000;
/** More than a name has that is made for one purpose; whoever publishes thousands is not read to the end. */
const recordsMax = 100;

/** There is no such record: said by DNS, and no fault of it. */
const none = ['ENODATA', 'ENOTFOUND'];

/**
 * The texts at a name that others chose. Only the resolvers are talked to, never what the records say.
 *
 * @param servers resolvers as `address` or `address:port`; none: those of the machine
 * @throws where DNS gives no answer, within seconds
 */
export async function txtRecordsOf(name: string, servers: readonly string[]): Promise<string[]> {
  const resolver = new Resolver(timeouts);
  if (servers.length > 0) resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), allInAllMs);
  try {
    const records = await resolver.resolveTxt(name);
    return records.slice(0, recordsMax).map((parts) => parts.join(''));
  } catch (error) {
    if (none.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
