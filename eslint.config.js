import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';
import eslint from '@eslint/js';

const LOOP = ':matches(WhileStatement, DoWhileStatement, ForStatement)';
const message = 'Await an event, or wait with `eventually()`: it pauses, ends, and names what it waited for.';
/** Loops that poll without a pause, an end or a message. */
const POLLING = [
  // while (!(await isReady())) …
  { selector: `${LOOP} > AwaitExpression.test, ${LOOP} > .test AwaitExpression`, message },
  // for (;;) …
  { selector: 'ForStatement:not([test]), WhileStatement[test.value=true]', message },
  // while (!isReady());
  { selector: ':matches(WhileStatement, DoWhileStatement) > EmptyStatement.body', message },
  // while (!isReady()) await …; a loop that awaits events with `once` is allowed
  {
    selector:
      ":matches(WhileStatement, DoWhileStatement) > ExpressionStatement.body AwaitExpression:not([argument.callee.name='once'])",
    message,
  },
  // A loop with a pause.
  { selector: `${LOOP} CallExpression[callee.name=/^(sleep|delay|setTimeout|setImmediate)$/]`, message },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'packages/*/dist/',
      'coverage/',
      '.local/',
      '.cache/',
      'openapi/',
      'test/routes/clients/',
      // A workspace of its own, with its own linter.
      'mobile/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Options of Nest and the driver are typed as classes, but passed as literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Ignores uses inside decorators.
      'no-useless-assignment': 'off',
    },
  },
  {
    plugins: { '@stylistic': stylistic },
    rules: {
      // Prettier wraps code, but not comments. A `code` of 110 would report strings that cannot be wrapped.
      '@stylistic/max-len': ['error', { code: 1000, comments: 110, ignoreUrls: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Configuration is read once, in src/config.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/common/mongodb/hinted.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='hint'], Property[key.name='hint']",
          message: 'A hint fails where its index is missing: use `hinted`.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'packages/*/test/**/*.ts'],
    // They wait and send load for the tests.
    ignores: ['test/support/{eventually,load}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...POLLING] },
  },
  {
    files: ['packages/clerk-local/test/**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'clerk-local',
          importNames: ['startClerkLocal'],
          message: 'The one of test/support.ts validates each answer by the OpenAPI documents of Clerk.',
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['packages/clerk-local/src/page/static/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'fetch',
          'navigator',
          'EventSource',
          'URLSearchParams',
          'addEventListener',
          'location',
          'localStorage',
          'scrollTo',
          'setInterval',
          'setTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
