import { defineConfig } from 'vitest/config';

// Tests run from TypeScript source: the "@isonoise/source" condition of each package's exports.
const conditions = ['@isonoise/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    // ONNX Runtime and tfjs keep process-wide state, so each file runs in its own process.
    pool: 'forks',
    testTimeout: 60_000,
    // Hooks also train and export small models.
    hookTimeout: 60_000,
    // Hides tfjs's advice in Node to use another backend: tests use its JavaScript backend on purpose.
    onConsoleLog: (text) => !text.includes('you are running TensorFlow.js in Node.js'),
  },
});
