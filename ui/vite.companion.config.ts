import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The scripts that run in a library's own page, each one file without imports. `--mode` names the script.
export default defineConfig(({ mode }) => ({
  root: here('.'),
  publicDir: false,
  build: {
    outDir: here('./dist/companion'),
    emptyOutDir: false,
    target: ['safari16', 'chrome110'],
    sourcemap: false,
    lib: {
      entry: here(`./src/companion/${mode}.ts`),
      name: `Hongyan${mode.charAt(0).toUpperCase()}${mode.slice(1)}`,
      formats: ['iife'],
      fileName: () => `${mode}.js`,
    },
  },
}));
