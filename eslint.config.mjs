import { readFileSync } from 'node:fs';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { readGlossary, retiredWords } from './eslint-rules/retired-words.mjs';

const glossary = readGlossary(readFileSync(new URL('docs/glossary.md', import.meta.url), 'utf8'));

/** @type {import('typescript-eslint').FlatConfig.Rules} */
const strictOnPromisesAndLeftovers = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

/** What runs in a browser: other libraries, another compiler configuration, no injected clock. */
const sites = ['apps/portal/**/*.{ts,tsx}', 'libs/ui/**/*.{ts,tsx}', 'libs/api-client/**/*.ts'];

export default tseslint.config(
  // test/clients is a package of its own, which its own TypeScript checks, with code that does not exist before it is generated.
  { ignores: ['dist/', 'node_modules/', '.slipway/', '.results/', 'test/clients/', '**/*.generated.ts'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-console': 'error',
      ...strictOnPromisesAndLeftovers,
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Nest's modules, and data classes that decorators describe, are classes without members of their own.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Listed settings and rows are read with defaults where the default is part of the sentence.
      '@typescript-eslint/no-inferrable-types': 'off',
      '@typescript-eslint/dot-notation': 'off',
    },
  },
  {
    files: sites,
    extends: [reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.sites.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // React's own way: a handler may be asynchronous where nobody waits for it.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/[A-Za-z]/]', message: 'Words stand in the text catalogue.' },
        {
          selector: 'JSXAttribute[name.name=/^(title|label|alt|placeholder|aria-label)$/] > Literal[value=/[A-Za-z]/]',
          message: 'Words stand in the text catalogue.',
        },
      ],
    },
  },
  {
    // What runs takes the time from the Clock and its settings from its configuration; both are injected.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: [...sites, '**/*.spec.ts', '**/spec-support/**', 'libs/testing/**', 'libs/clock/**', 'libs/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...[
          ['Date', 'now'],
          ['performance', 'now'],
          ['process', 'hrtime'],
        ].map(([object, property]) => ({ object, property, message: 'Inject the Clock (libs/clock).' })),
        { object: 'process', property: 'env', message: 'Settings are injected (config.ts of the app, libs/config).' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
          message: 'Inject the Clock (libs/clock).',
        },
        {
          selector: 'ImportDeclaration[source.value=/^(node:)?process$/]',
          message: 'Settings are injected (config.ts of the app, libs/config).',
        },
      ],
    },
  },
  {
    // Scripts that run without a build, and the tools' configurations: the compiler reads their JSDoc (checkJs).
    files: ['**/*.{mjs,cjs}'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    languageOptions: { parserOptions: { project: './tsconfig.tools.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...strictOnPromisesAndLeftovers,
      // What JSON.parse and untyped collections give must be given a type before it is used.
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      // Nothing to do is what a callback left out means.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['**/*.{ts,tsx,mjs,cjs}'],
    plugins: { slipway: { rules: { 'retired-words': retiredWords(glossary) } } },
    rules: { 'slipway/retired-words': 'error' },
  },
);
