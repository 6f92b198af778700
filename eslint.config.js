import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';
import eslint from '@eslint/js';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.local/', '.cache/', 'openapi/', 'test/routes/clients/'] },
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
      '@stylistic/max-len': ['warn', { code: 1000, comments: 110, ignoreUrls: true }],
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
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
