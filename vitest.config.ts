import { defineConfig } from 'vitest/config';

// Tests run from TypeScript source: the "@isonoise/source" condition of each package's exports.
const conditions = ['@isonoise/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    // ONNX Runtime and tfjs keep process-wide state: each file gets a process of its own.
    pool: 'forks',
    testTimeout: 60_000,
    // Hooks train and export small models, as tests do.
    hookTimeout: 60_000,
    // tfjs's greeting in Node, which advises another backend: tests that
    // run its JavaScript backend do so on purpose.
    onConsoleLog: (text) => !text.includes('you are running TensorFlow.js in Node.js'),
  },
});
