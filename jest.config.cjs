const typescript = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
  },
  module: { type: 'commonjs' },
};

// Packages that ship ES modules only; Jest on Node 20 cannot require those as they are.
const esModules = [
  '@nestjs',
  'jose',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'uuid',
  'lru-cache',
  'cookie',
  'content-disposition',
  'intl-messageformat',
  '@formatjs',
];

const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', typescript],
    '^.+\\.m?js$': ['@swc/jest', { ...typescript, jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  moduleNameMapper: { '^#libs/(.*)$': '<rootDir>/libs/$1/src/index.ts', '^#built/(.*)$': '<rootDir>/dist/$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.slipway/'],
};

/** Suites that share one running system, started by test/run.mjs, and suites that start and break their own. */
module.exports = {
  reporters: ['default', '<rootDir>/test/results.reporter.cjs'],
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,deploy}/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts'],
    },
    {
      ...common,
      displayName: 'system',
      testMatch: ['<rootDir>/test/{behaviours,browser,access,contracts,isolation,start}/**/*.spec.ts'],
    },
    { ...common, displayName: 'faults', testMatch: ['<rootDir>/test/{races,faults}/**/*.spec.ts'] },
  ],
};
