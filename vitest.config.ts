import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests run from TypeScript source: the "@isonoise/source" condition of each package's exports.
const conditions = ['@isonoise/source', 'node', 'import', 'default'];

/** Packages and scripts whose tests change nothing in their process, so that many files share one. */
const PURE = [
  'packages/{api,bundle,data,error,evaluate,import,isonoise,jobs,onnx,picture,random,runtime,runtime-web,sampler,schedule,web}',
  'scripts/{bench,chaos,consumers,error-codes,gpu-check,parity,precisions,recipes,release}',
].map((folders) => `${folders}/**/*.test.ts`);

/**
 * Packages whose tests change the state of tfjs and ONNX Runtime only in ways that their other tests allow, so that many
 * files share one process. Tests of `network` and `train` depend on the registered backends and gradients of tfjs.
 */
const SHARED = ['packages/{ops,server,trace}/src/**/*.test.ts'];

/** Tests of a whole page. They need the built page, and each test spends much of its time waiting for its browser. */
const BROWSER = ['tests/browser/**/*.test.ts'];

/** Tests of how long a page is blocked. Other work would disturb them. */
const ALONE_BROWSER = ['tests/browser/*-tasks.test.ts'];

/** Tests of how long a thread is blocked. */
const ALONE = ['packages/runtime-node/src/event-loop.test.ts'];

/** Tests of what a server does within a time. They mostly wait, so they disturb only longer work. */
const TIMED = ['packages/server/src/{lifecycle,request-limits}.test.ts'];

/** Files that take long, as beginnings of their paths. */
const LONG = [
  'packages/cli/src/cli.test.ts',
  'packages/cli/src/evaluating/evaluate-model.test.ts',
  'packages/cli/src/importing/import-model.test.ts',
  'packages/cli/src/interrupts.test.ts',
  'packages/cli/src/train-folders.test.ts',
  'packages/cli/src/training/',
  'scripts/wrapped-signals.test.ts',
  'tests/browser/isonoise.test.ts',
  'tests/browser/page-',
  'tests/browser/runtime-web.test.ts',
  'tests/browser/static-site.test.ts',
  'tests/browser/train',
  'tests/consumers/',
  'tests/e2e/',
  'tests/extending/',
  'tests/gpu/',
  'tests/jobs/',
  'tests/packages/',
  'tests/parity/',
];

/** Starts the longest files first. Otherwise one worker may run a long file at the end while the others have no work. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => {
      const path = relative(import.meta.dirname, moduleId).replaceAll('\\', '/');
      return LONG.some((start) => path.startsWith(start));
    };
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const cores = availableParallelism();
/** Many tests wait for another process, a browser or a time limit, so one more worker uses the cores. */
const workers = cores + 1;

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
    sequence: { sequencer: LongFirst },
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
          name: 'shared',
          include: SHARED,
          exclude: [...configDefaults.exclude, ...TIMED],
          isolate: false,
          maxWorkers: cores,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // ONNX Runtime and tfjs keep process-wide state, so each file runs in its own process.
          name: 'process',
          include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE, ...SHARED, ...BROWSER, ...TIMED, ...ALONE],
          maxWorkers: workers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          exclude: [...configDefaults.exclude, ...ALONE_BROWSER],
          globalSetup: 'tests/browser/build-page.ts',
          maxWorkers: workers,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 2, sequence: { groupOrder: 4 } },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser alone',
          include: ALONE_BROWSER,
          globalSetup: 'tests/browser/build-page.ts',
          maxWorkers: 1,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
