import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Layers from the bottom up; a project may import its own layer and those below it (ARCHITECTURE.md, "Layers"). */
const layers = ['domain', 'compute', 'platform'];

const layerConstraints = [
  ...layers.map((layer, index) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: layers.slice(0, index + 1).map((below) => `layer:${below}`),
  })),
  // A service never imports another service: they meet over gRPC only.
  { sourceTag: 'layer:service', onlyDependOnLibsWithTags: layers.map((layer) => `layer:${layer}`) },
  { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['*'] },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', 'libs/contracts/src/taskweave', 'runs'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended, prettier],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], depConstraints: layerConstraints, enforceBuildableLibDependency: false },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 500],
    },
  },
  {
    files: ['*.config.ts'],
    languageOptions: { parserOptions: { projectService: false } },
    extends: [tseslint.configs.disableTypeChecked],
  },
);
