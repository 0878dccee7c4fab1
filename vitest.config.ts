import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

// Tests run from TypeScript source: the "@isonoise/source" condition of each package's exports.
const conditions = ['@isonoise/source', 'node', 'import', 'default'];

/** Packages and scripts whose tests change nothing in their process, so that many files share one. */
const PURE = [
  'packages/{api,bundle,data,error,evaluate,import,isonoise,jobs,onnx,picture,random,runtime,runtime-web,sampler,schedule,web}',
  'scripts/{bench,chaos,consumers,error-codes,gpu-check,parity,precisions,recipes,release}',
].map((folders) => `${folders}/**/*.test.ts`);

/** Tests of a whole page. They need the built page, and each test spends much of its time waiting for its browser. */
const BROWSER = ['tests/browser/**/*.test.ts'];

/** Tests of how long a page is blocked. Other work would disturb them. */
const ALONE_BROWSER = ['tests/browser/{page-device,page-tasks}.test.ts'];

/** Other tests of what happens within a time, such as that a thread stays free. */
const ALONE = [
  'packages/runtime-node/src/event-loop.test.ts',
  'packages/server/src/{lifecycle,request-limits}.test.ts',
];

const cores = availableParallelism();

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    // Limits for a machine that does other work too: a test may start several commands, and a hook may train and export small
    // models.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Hides tfjs's advice in Node to use another backend: tests use its JavaScript backend on purpose.
    onConsoleLog: (text) => !text.includes('you are running TensorFlow.js in Node.js'),
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: PURE, isolate: false, maxWorkers: cores, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          // ONNX Runtime and tfjs keep process-wide state, so each file runs in its own process.
          name: 'process',
          include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE, ...BROWSER, ...ALONE],
          maxWorkers: cores,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          exclude: [...configDefaults.exclude, ...ALONE_BROWSER],
          globalSetup: 'tests/browser/build-page.ts',
          maxWorkers: cores,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser alone',
          include: ALONE_BROWSER,
          globalSetup: 'tests/browser/build-page.ts',
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
