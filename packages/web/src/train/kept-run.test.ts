import { memoryStorage } from '@isonoise/runtime-web';
import { noLossYet, parseTrainConfig, saveCheckpoint } from '@isonoise/train';
import { expect, it } from 'vitest';
import { keptRun, readRuns } from './kept-run.ts';
import { openRunStorage, type RunFiles } from './run-storage.ts';

const config = parseTrainConfig({ dataset: 'cats', unet: {}, steps: 4, sampleEvery: 2 });

async function runAt(
  step: number,
  sampled: number | null,
  { name = 'cats', storage = memoryStorage(), begun = '2030-01-01T00:00:00.000Z' } = {},
): Promise<RunFiles> {
  const run = openRunStorage(storage).open(name);
  await run.writeRecord({
    name,
    config,
    device: { device: 'wasm', threads: 1 },
    origin: { kind: 'mnist' },
    images: 1,
    shape: { channels: 1, height: 1, width: 1 },
    classNames: null,
    dataSha256: '0',
    begun,
  });
  const vector = () => Float32Array.of(step);
  const state = { theta: vector(), m: vector(), v: vector(), ema: vector() };
  const checkpoint = { step, config, dataOrder: { epoch: 0, position: 0 }, loss: noLossYet, state };
  await saveCheckpoint(run.checkpoints, checkpoint, 2);
  const images = { bytes: Uint8Array.of(0), shape: [1, 1, 1, 1] as const };
  if (sampled !== null) await run.writeSamples({ step: sampled, images });
  return run;
}

it.each([
  { step: 3, sampled: 2, finished: false },
  { step: 4, sampled: 2, finished: false },
  { step: 4, sampled: null, finished: false },
  { step: 4, sampled: 4, finished: true },
])(
  'keptRun sets finished to $finished for a run of 4 steps, saved at step $step with samples of step $sampled',
  async ({ step, sampled, finished }) => {
    expect(await keptRun(await runAt(step, sampled))).toMatchObject({ step, finished });
  },
);

it('readRuns lists runs, the newest first, and separately the runs that cannot be read', async () => {
  const storage = memoryStorage();
  await runAt(3, 2, { name: 'old', storage });
  await runAt(3, 2, { name: 'new', storage, begun: '2031-01-01T00:00:00.000Z' });
  await storage.put('broken/run.json', Uint8Array.of(123));
  const { runs, damaged } = await readRuns(openRunStorage(storage));
  expect(runs.map(({ record: { name } }) => name)).toEqual(['new', 'old']);
  expect(damaged).toEqual([{ name: 'broken', error: expect.any(SyntaxError) }]);
});

it('readRuns leaves out a run that another tab deletes at the same time', async () => {
  const storage = memoryStorage();
  await runAt(3, 2, { storage });
  const runs = openRunStorage(storage);
  const open = (name: string): RunFiles => ({
    ...runs.open(name),
    readRecord: async () => {
      await runs.remove(name);
      return runs.open(name).readRecord();
    },
  });
  expect(await readRuns({ ...runs, open })).toEqual({ runs: [], damaged: [] });
});
