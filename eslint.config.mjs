import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const everywhere = {
  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/explicit-module-boundary-types': 'off',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  eqeqeq: 'error',
  'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
  'no-console': 'error',
  'no-restricted-syntax': [
    'error',
    {
      selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
      message: "Write import * as z from 'zod': a named import brings all languages into every bundle.",
    },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'The environment is read in shared/config.ts alone.' },
  ],
};

export default tseslint.config(
  { ignores: ['cdk.out', 'node_modules', '.venv-moto', '**/*.cjs', '**/*.mjs', '.latchkey'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } }, rules: everywhere },
  {
    // The credentials are read as the package does that is replaced.
    files: [
      'shared/config.ts',
      'infra/config.ts',
      'local/config.ts',
      'infra/bundling/stand-ins/credentials.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['local/**', 'bench/**', 'docs/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'max-lines': 'off',
      'no-restricted-properties': 'off',
    },
  },
);
