import { services } from '#libs/contracts';
import { filesOf, textOf } from '../support/checkout';

const glossary = textOf('docs', 'glossary.md');
const [domain = '', rest = ''] = glossary.split(/^## How it is built$/m);
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

const migrations = filesOf('apps').filter((path) => path.includes('/storage/migrations/'));
const inMigrations = (pattern: RegExp) => migrations.flatMap((path) => namesIn(textOf(path), pattern));

/** Every table that a migration of an app makes and none drops. */
const dropped = inMigrations(/drop table (\w+\.\w+)/g);
const tables = inMigrations(/create table (\w+\.\w+)/g).filter((name) => !dropped.includes(name));

describe('docs/glossary.md', () => {
  it('names every table, and none that is not there', () => {
    const named = namesIn(domain, new RegExp(`\`((?:${services.join('|')})\\.\\w+)\``, 'g'));
    expect([...new Set(named)].sort()).toEqual([...new Set(tables)].sort());
  });

  it('names the tables that every service has', () => {
    const made = namesIn(textOf('libs', 'database', 'src', 'ddl.ts'), /create table \$\{service\}\.(\w+)/g);
    expect(made.filter((table) => !rest.includes(`table \`${table}\``))).toEqual([]);
  });

  it('names routes that an edge has', () => {
    const routes = namesIn(textOf('test', 'access', 'routes.ts'), /'([A-Z]+ \/v1\/[^']+)'/g);
    const named = namesIn(domain, /`((?:[A-Z]+ )?\/v1\/[^`]+)`/g);
    expect(named.filter((name) => !routes.some((route) => route.endsWith(name)))).toEqual([]);
  });

  it('names behaviours that there are', () => {
    const statements = new Set(namesIn(textOf('docs', 'behaviours.md'), /^(\d+)\. /gm));
    expect(namesIn(glossary, /\bB(\d+)\b/g).filter((number) => !statements.has(number))).toEqual([]);
  });
});
