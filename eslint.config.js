import vue from 'eslint-plugin-vue';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';
import { borders } from './scripts/lib/borders.mjs';

const tauriOnlyInPlatform = {
  group: ['@tauri-apps/*'],
  message: 'Only ui/src/platform/tauri.ts talks to the shell (docs/ARCHITECTURE.md).',
};
export default defineConfig(
  { ignores: ['ui/dist/**', 'target/**', 'node_modules/**', 'ui/src/api/generated.ts', 'src-tauri/**'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['ui/**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['ui/**/*.{ts,vue}'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [tauriOnlyInPlatform] }],
      'no-eval': 'error',
      // one-word names are allowed: Button, Menu and Sheet are imported by name
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      // browser engines draw these differently and expose them differently to screen readers; components/ has
      // our own
      'vue/no-restricted-html-elements': [
        'error',
        ...['select', 'datalist', 'progress', 'meter'].map((element) => ({
          element,
          message: 'Engines draw it differently: use Select.vue, or draw it with tokens.',
        })),
      ],
      'vue/no-restricted-static-attribute': [
        'error',
        ...['date', 'month', 'week', 'time', 'datetime-local', 'search', 'number', 'range', 'color'].map(
          (value) => ({
            key: 'type',
            value,
            message: 'Engines draw it differently: DateField, MonthField, TimeField, SearchField, or text.',
          }),
        ),
      ],
      // static style attributes may be stringified into innerHTML, which the CSP blocks
      'vue/no-static-inline-styles': 'error',
      'vue/require-default-prop': 'off',
      'vue/no-undef-properties': 'off',
      // formatting is left to prettier
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
    },
  },
  {
    files: ['ui/src/**/*.{ts,vue}'],
    plugins: { hongyan: { rules: { borders } } },
    rules: {
      'hongyan/borders': 'error',
      // a watcher with `immediate` runs before the lines below it, so that what it uses has to be declared
      // above
      'no-use-before-define': 'off',
      '@typescript-eslint/no-use-before-define': [
        'error',
        { functions: false, classes: true, variables: true, typedefs: false },
      ],
    },
  },
  {
    files: ['ui/src/platform/tauri.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
);
