import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import base from './vite.config.ts';

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // whole screens are mounted: on a busy machine that takes its time
      testTimeout: 20_000,
      environment: 'jsdom',
      setupFiles: ['./vitest.setup.ts'],
      include: ['src/**/*.test.ts'],
      restoreMocks: true,
      env: { TZ: 'Asia/Shanghai' },
    },
  }),
);
