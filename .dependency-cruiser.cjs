/** The layering, as rules that fail a test (test/architecture). */
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
      name: 'domain-imports-no-framework',
      comment: 'Pure rules: no Nest, no TypeORM, no database, no broker.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: 'node_modules/(@nestjs|typeorm|pg|@nats-io|fastify|rxjs)|^libs/(database|messaging|http|access|observability|testing)/',
      },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(libs/(?!contracts/)|apps/|deploy/)' },
    },
    {
      name: 'edges-own-no-tables',
      severity: 'error',
      from: { path: '^apps/(gateway|admin)/' },
      to: { path: '^libs/database/|node_modules/(typeorm|pg)/' },
    },
    {
      name: 'production-code-imports-no-tests',
      severity: 'error',
      from: { path: '^(apps|libs|deploy)/', pathNot: '(\\.spec\\.ts$|^libs/testing/)' },
      to: { path: '^(libs/testing|test)/' },
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
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
