// Runs a cold start of training or an export in a separate process, for the bench `setup`.
import { memoryFiles } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { parentRequest, peakMemory, replyToParent } from './child.ts';
import { networkJson, SPEC } from './model-bundle.ts';
import type { ExportSetup, SetupRequest, TrainingSetup } from './setup.ts';
import { tracedEngine } from './traced-engine.ts';
import { initialState, RECORD_BATCH, stepFeeds, workload } from './workload.ts';

const { what, threads, steps } = parentRequest<SetupRequest>();
const createSession = createNodeSession({ provider: 'cpu', threads });
const { network, config } = workload();
const memoryBefore = peakMemory();
const began = performance.now();

async function startTraining(): Promise<TrainingSetup> {
  let traced = began;
  const engine = await tracedEngine(network, RECORD_BATCH, threads, (model) => {
    traced = performance.now();
    return createSession(model);
  });
  const ready = performance.now();
  const feeds = stepFeeds(network, RECORD_BATCH);
  for (let i = 0; i < steps; i++) await engine.step(feeds);
  return { traceMs: traced - began, sessionMs: ready - traced, memoryBefore, memory: peakMemory() };
}

async function exportModel(): Promise<ExportSetup> {
  await import('@tensorflow/tfjs-backend-wasm');
  const loaded = performance.now();
  let traced = loaded;
  let runMs = 0;
  await exportBundle(memoryFiles(), {
    spec: SPEC,
    network,
    networkConfig: networkJson(config),
    theta: initialState(network).ema,
    createSession: async (model) => {
      traced = performance.now();
      const session = await createSession(model);
      const run = session.run.bind(session) as (...args: unknown[]) => ReturnType<typeof session.run>;
      session.run = async (...args: unknown[]) => {
        const start = performance.now();
        const results = await run(...args);
        runMs += performance.now() - start;
        return results;
      };
      return session;
    },
    referenceBackend: 'wasm',
    card: { license: 'apache-2.0' },
  });
  return {
    traceMs: traced - loaded,
    exportMs: performance.now() - loaded,
    runMs,
  };
}

replyToParent(await (what === 'training' ? startTraining() : exportModel()));
