import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import base from './vite.config.ts';

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // whole screens are mounted, which is slow on a busy machine
      testTimeout: 20_000,
      environment: 'jsdom',
      setupFiles: ['./vitest.setup.ts'],
      include: ['src/**/*.test.ts'],
      restoreMocks: true,
      env: { TZ: 'Asia/Shanghai' },
    },
  }),
);
