import { type Checkpoint, memoryStore, noLossYet, parseTrainConfig, saveCheckpoint } from '@isonoise/train';
import { describe, expect, it } from 'vitest';
import { pickCheckpoint } from './pick-checkpoint.ts';

const config = parseTrainConfig({ dataset: 'x', network: {} });
const checkpoint = (step: number, best: number): Checkpoint => {
  const vector = Float32Array.of(step);
  const state = { theta: vector, m: vector, v: vector, ema: vector };
  const loss = { ...noLossYet, best: { step: best, loss: 0.1 } };
  return { step, config, dataOrder: { epoch: 0, position: 0 }, loss, state };
};

describe('pickCheckpoint', () => {
  it('loads the latest checkpoint, the best checkpoint or that of a step, and refuses a step without a checkpoint', async () => {
    const store = memoryStore();
    for (const [step, best] of [
      [10, 10],
      [20, 20],
      [30, 20],
    ] as const)
      await saveCheckpoint(store, checkpoint(step, best), 3);
    const steps = [];
    for (const choice of ['latest', 'best', 10] as const)
      steps.push((await pickCheckpoint(store, choice)).checkpoint.step);
    expect(steps).toEqual([30, 20, 10]);
    await expect(pickCheckpoint(store, 15)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: '--checkpoint 15: the run has no checkpoint at that step; expected one of 10, 20, 30.',
    });
    await expect(pickCheckpoint(memoryStore(), 15)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: '--checkpoint 15: the run has no checkpoints yet; expected a step with a checkpoint.',
    });
  });

  it('warns if the latest checkpoint is damaged, and loads an earlier one', async () => {
    const entries = new Map<string, Uint8Array>();
    const store = memoryStore(entries);
    for (const step of [1, 2]) await saveCheckpoint(store, checkpoint(step, 1), 3);
    entries.set('step-00000002.safetensors', Uint8Array.of(1, 2, 3));
    const picked = await pickCheckpoint(store, 'latest');
    expect(picked.checkpoint.step).toBe(1);
    expect(picked.warnings).toEqual([expect.stringContaining('step-00000002.safetensors could not be used')]);
  });
});
