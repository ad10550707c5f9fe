import { Client } from 'pg';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import { services, type Scope, type Service } from '#libs/contracts';
import { purgeStatement, type Retention } from '#libs/database';
import { retentionOf, type ServiceDefinition } from '#libs/service';
import { cloneDatabase, type SpecDatabase } from '#libs/testing';
import { loadScript, textOf } from '../support/checkout';

interface Documented {
  table: string;
  cells: string[];
}

/** The rows of a chapter's table, by what stands in their first cell. */
function rowsOf(chapter: string): Documented[] {
  const text = textOf('docs', 'retention.md').split(/^## /m);
  const own = text.find((part) => part.startsWith(`${chapter}\n`)) ?? '';
  return [...own.matchAll(/^\| `([\w.]+)` +\|(.*)\|$/gm)].map(([, table = '', rest = '']) => ({
    table,
    cells: rest.split('|').map((cell) => cell.trim()),
  }));
}

/** A name without a schema is a table of every service. */
const fullNames = (table: string): string[] =>
  table.includes('.') ? [table] : services.map((service) => `${service}.${table}`);

const units: [string, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function inWords(seconds: number): string {
  const [unit = '', length = 1] = units.find(([, each]) => seconds % each === 0) ?? [];
  const count = seconds / length;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** As the first three cells have it. */
const documented = ({ since, keptSeconds, setting }: Retention): string[] => [
  inWords(keptSeconds),
  `\`${since}\``,
  setting ? `\`${setting}\`` : '–',
];

const settings = {
  SLIPWAY_SERVICE_KEY: '0'.repeat(64),
  SLIPWAY_NATS: 'nats://localhost:4222',
  SLIPWAY_DATABASE: 'postgres://localhost:5432/slipway',
  SLIPWAY_PUBLIC_URL: 'http://localhost:8080',
  SLIPWAY_ADMIN_EMAIL: 'admin@slipway.example',
  SLIPWAY_ADMIN_PASSWORD: 'for nobody but this spec',
};

async function declaredBy(service: Service): Promise<Retention[]> {
  const module = await loadScript<Record<string, ServiceDefinition>>('apps', service, 'src', `${service}.module.ts`);
  const definition = module[`${service}Service`];
  if (!definition) throw new Error(`${service} has no definition`);
  return retentionOf(definition, definition.config.schema.parse(settings));
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** docs/retention.md (adr 0032): what grows goes by a stated age, or stays for a stated reason. */
describe('what is kept, and for how long', () => {
  let spec: SpecDatabase;
  let declared: { service: Service; rule: Retention }[];

  beforeAll(async () => {
    spec = await cloneDatabase();
    const all = await Promise.all(
      services.map(async (service) => (await declaredBy(service)).map((rule) => ({ service, rule }))),
    );
    declared = all.flat();
  });
  afterAll(() => spec.drop());

  it('stands in the document as it is declared', () => {
    const stated = rowsOf('What goes').flatMap(({ table, cells }) =>
      fullNames(table).map((name) => [name, cells.slice(0, 3)]),
    );
    const actual = declared.map(({ service, rule }) => [`${service}.${rule.table}`, documented(rule)]);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(actual));
  });

  it('is said of every table: it goes, or it stays', async () => {
    const { rows } = await spec.admin.query<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
      [services],
    );
    const goes = declared.map(({ service, rule }) => `${service}.${rule.table}`);
    const stays = rowsOf('What stays').flatMap(({ table }) => fullNames(table));
    expect([...goes, ...stays].sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('has a reason each', () => {
    const rows = [...rowsOf('What goes'), ...rowsOf('What stays')];
    expect(rows.filter(({ cells }) => (cells.at(-1) ?? '').length < 10)).toEqual([]);
  });

  it.each(services)('%s finds what is old by an index, in every partition', async (service) => {
    for (const { rule } of declared.filter((each) => each.service === service))
      for (const scope of rule.scopes) {
        const nodes = nodesOf(await planOf(service, rule, scope));
        const relation = rule.partitionedBy ? `${rule.table}_${scope}` : rule.table;
        const found = nodes.filter((node) => node['Index Cond']?.includes(rule.since));
        const relations = [...new Set(found.map((node) => node['Relation Name']))];
        expect({ relation, relations }).toEqual({ relation, relations: [relation] });
        const costly = nodes.map((node) => node['Node Type']).filter((type) => ['Seq Scan', 'Sort'].includes(type));
        expect({ relation, costly }).toEqual({ relation, costly: [] });
      }
  });

  /** As the service's own role would have it: policies are part of it. Small tables would be read whole otherwise. */
  async function planOf(service: Service, rule: Retention, scope: Scope): Promise<PlanNode> {
    const address = new URL(spec.url);
    address.username = `${service}_${scope}`;
    address.password = databasePassword(deriveServiceKey(spec.masterKey, service), scope);
    const client = new Client({ connectionString: address.toString() });
    await client.connect();
    try {
      for (const way of ['seqscan', 'bitmapscan', 'sort']) await client.query(`set enable_${way} = off`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (format json) ${purgeStatement(service, rule, scope)}`,
        [rule.keptSeconds, 'infinity', 1_000],
      );
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      if (!plan) throw new Error('there is no plan');
      return plan;
    } finally {
      await client.end();
    }
  }
});
