/**
 * The layering, as rules that fail a test (test/architecture/import-rules.spec.ts). Each rule is broken by the file of
 * its name in test/architecture/broken, so that a rule which no longer finds anything is found itself.
 */

/** The apps of kind `edge` in libs/contracts/src/apps.ts; the test compares the two. */
const edges = ['gateway', 'admin'];
/** The `sites` of the same file. */
const sites = ['portal'];

/** Test code may look behind the entry of a library, and into every app. */
const productionCode = '^(apps|libs|deploy)/';
const testCode = '\\.spec\\.ts$|/spec-support/|^libs/testing/';

module.exports = {
  forbidden: [
    {
      name: 'apps-never-import-apps',
      comment: 'What apps share about each other is libs/contracts.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'nothing-imports-deploy',
      comment: 'How it runs is not known to what runs.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: testCode },
      to: { path: '^deploy/' },
    },
    {
      name: 'deploy-imports-no-apps',
      comment: 'It reads the registry, and finds an app by its folder.',
      severity: 'error',
      from: { path: '^deploy/', pathNot: testCode },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-and-deploy-import-libraries-by-their-index',
      severity: 'error',
      from: { path: '^(apps|deploy)/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'libraries-import-libraries-by-their-index',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^libs/$1/|^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(apps|libs|deploy|test)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'edges-reach-no-database',
      comment: 'An edge owns no tables, so it loads neither TypeORM nor pg, over however many libraries.',
      severity: 'error',
      from: { path: `^apps/(${edges.join('|')})/`, pathNot: testCode },
      to: { path: '^libs/database/|node_modules/(typeorm|pg)/', reachable: true },
    },
    {
      name: 'sites-import-nothing-of-the-server',
      comment: 'A site reaches the API as any client does; what runs on Node is nothing for a browser.',
      severity: 'error',
      from: { path: `^(apps/(${sites.join('|')})|libs/(ui|api-client)/src)/`, pathNot: testCode },
      to: { path: '^(libs|deploy|test)/', pathNot: '^libs/(ui|api-client)/' },
    },
    {
      name: 'server-imports-nothing-of-the-sites',
      severity: 'error',
      from: { path: '^(apps|libs|deploy)/', pathNot: `^(apps/(${sites.join('|')})|libs/(ui|api-client))/` },
      to: { path: '^libs/(ui|api-client)/' },
    },
    {
      name: 'domain-imports-only-domain',
      comment: 'Rules know nothing of who stores, calls or shows what they are about.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/domain/', pathNot: testCode },
      to: { path: '^apps/$1/', pathNot: '^apps/$1/src/domain/' },
    },
    {
      name: 'domain-reaches-no-framework',
      comment: 'Pure rules: no Nest, no database, no broker, over however many libraries.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/domain/', pathNot: testCode },
      to: {
        path: 'node_modules/(@nestjs|typeorm|pg|@nats-io|fastify|rxjs)/|^libs/(database|broker|http)/',
        reachable: true,
      },
    },
    {
      name: 'storage-imports-no-decisions',
      comment: 'Rows and SQL only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/storage/', pathNot: testCode },
      to: { path: '^apps/$1/src/(use-cases|event-handlers|workflows|views)/' },
    },
    {
      name: 'no-use-case-imports-another',
      comment: 'What several of them set in motion is a workflow; what several of them show is a view.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/use-cases/([^/]+)/' },
      to: { path: '^apps/$1/src/use-cases/', pathNot: '^apps/$1/src/use-cases/$2/' },
    },
    {
      name: 'use-cases-are-reached-by-call-only',
      comment: 'The module wires them, their spec opens them; whoever else needs one calls its RPC method.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/(event-handlers|workflows|views|domain)/', pathNot: testCode },
      to: { path: '^apps/[^/]+/src/use-cases/' },
    },
    {
      name: 'production-code-imports-no-tests',
      severity: 'error',
      from: { path: productionCode, pathNot: testCode },
      to: { path: `${testCode}|^test/` },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/\\.)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'] },
  },
};
