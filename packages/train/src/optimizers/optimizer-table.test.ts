import '@tensorflow/tfjs-backend-cpu';
import { decodeSafetensors } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { network, torchFeeds, torchRuns } from '../../testdata/torch-runs.ts';
import { beginRun } from '../begin-run.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import type { Engine } from '../engine.ts';
import { createTfjsEngine } from '../engine-tfjs.ts';
import { noLossYet } from '../loss-stats.ts';
import { parseTrainConfig } from '../parse-train-config.ts';
import type { TrainConfig } from '../train-config.ts';
import { initialState } from '../train-state.ts';
import { OPTIMIZER_KINDS } from './kinds.ts';

const BATCH = torchRuns.batches[0]?.weight.length ?? 0;
const MATRICES = 72 + 8 + 8;
const VECTORS = 4 + 2;
const ALL = MATRICES + VECTORS;

/** Lengths of the vectors in a checkpoint, for the network in `torch-runs.ts`. */
const SLOTS = {
  adam: { theta: ALL, m: ALL, v: ALL, ema: ALL },
  adamw: { theta: ALL, m: ALL, v: ALL, ema: ALL },
  lion: { theta: ALL, m: ALL, ema: ALL },
  muon: { theta: ALL, momentum: MATRICES, m: VECTORS, v: VECTORS, ema: ALL },
};

const configOf = (kind: string): TrainConfig =>
  parseTrainConfig({ dataset: 'none', batchSize: BATCH, network: {}, optimizer: { kind, weightDecay: 0.1 } });

const engineOf = (config: TrainConfig): Promise<Engine> =>
  createTfjsEngine({ ...beginRun(config, network), backend: 'cpu' });

async function steps(engine: Engine, from: number, to: number): Promise<void> {
  for (let step = from; step <= to; step++) await engine.step(torchFeeds(step));
}

describe.each(OPTIMIZER_KINDS)('optimizer %s', (kind) => {
  it('stores its slots in a checkpoint, from which a run resumes bit for bit', async () => {
    const config = configOf(kind);
    const whole = await engineOf(config);
    await steps(whole, 1, 3);
    const state = await whole.readState();
    const progress = { step: 3, config, dataOrder: { epoch: 0, position: 0 }, loss: noLossYet };
    const bytes = encodeCheckpoint({ ...progress, state });
    const stored = [...decodeSafetensors(bytes).tensors.values()].map(({ name, shape }) => [name, shape[0]]);
    expect(Object.fromEntries(stored)).toEqual(SLOTS[kind]);

    const resumed = await engineOf(config);
    await resumed.writeState(decodeCheckpoint(bytes).state);
    await steps(whole, 4, 6);
    await steps(resumed, 4, 6);
    const after = await whole.readState();
    expect(await resumed.readState()).toEqual(after);
    expect(after).not.toEqual(state);
    await Promise.all([whole.dispose(), resumed.dispose()]);
  });

  it('refuses to save a slot of a wrong length', () => {
    const config = configOf(kind);
    const { state } = beginRun(config, network);
    const progress = { step: 0, config, dataOrder: { epoch: 0, position: 0 }, loss: noLossYet };
    for (const slot of Object.keys(SLOTS[kind])) {
      const wrong = { ...state, [slot]: new Float32Array(ALL + 1) };
      expect(() => encodeCheckpoint({ ...progress, state: wrong }), slot).toThrow(
        expect.objectContaining({ code: 'TRAIN_SHAPE' }),
      );
    }
  });
});

it('muon refuses a network without matrices or without vectors', () => {
  const matrix = { name: 'weight', shape: [2, 3], initializer: 'torchUniform' } as const;
  const embedding = { name: 'classes', shape: [2, 3], initializer: 'normal' } as const;
  const row = { name: 'row', shape: [1, 3, 1, 1], initializer: 'torchUniform' } as const;
  const theta = new Float32Array(9);
  expect(() => initialState({ kind: 'muon' }, [embedding, row], theta)).toThrow(
    'optimizer muon: the network has no matrices; expected at least one',
  );
  expect(() => initialState({ kind: 'muon' }, [matrix], theta)).toThrow('the network has no vectors');
  expect(initialState({ kind: 'muon' }, [matrix, row], theta).momentum).toHaveLength(6);
});
