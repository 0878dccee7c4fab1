import { decodeSafetensors, encodeSafetensors } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import {
  checkpointName,
  loadLatestCheckpoint,
  memoryStore,
  readCheckpoint,
  saveCheckpoint,
} from './checkpoint-store.ts';
import { parseTrainConfig } from './parse-train-config.ts';

const vector = (first: number) => Float32Array.of(first, -0, 1e-45, 3.4e38);
const at = (step: number, best = step): Checkpoint => ({
  step,
  config: parseTrainConfig({ dataset: 'digits', network: { sample_size: 28 }, seed: 5 }),
  dataOrder: { epoch: 0, position: step * 64 },
  loss: { smoothed: 0.1, weight: 0.5, best: { step: best, loss: 0.1 } },
  state: { theta: vector(step), m: vector(2), v: vector(3), ema: vector(4) },
});

describe('a checkpoint file', () => {
  it('is decoded bit for bit', () => {
    const bytes = encodeCheckpoint(at(7));
    expect(decodeCheckpoint(bytes)).toEqual(at(7));
    expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
  });

  it('contains four vectors in the safetensors format', () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(at(7)));
    expect([...tensors.keys()].sort()).toEqual(['ema', 'm', 'theta', 'v']);
    expect(tensors.get('theta')).toMatchObject({ dtype: 'F32', shape: [4] });
    expect(JSON.parse(metadata.progress ?? '')).toMatchObject({ step: 7, config: { seed: 5 } });
  });

  it('is refused if it is truncated at any length', () => {
    const bytes = encodeCheckpoint(at(7));
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({
          code: 'RUN_CHECKPOINT_DAMAGED',
          message: expect.stringMatching(/[^.]\. It was truncated or changed after it was written\./),
        }),
      );
    }
  });

  it('is refused if one bit of a tensor or of the progress is changed', () => {
    const whole = encodeCheckpoint(at(7));
    const progress = new TextDecoder('latin1').decode(whole).indexOf('digits');
    for (const position of [whole.length - 1, whole.length - 33, progress]) {
      const bytes = whole.slice();
      bytes[position] = (bytes[position] as number) ^ 1;
      expect(() => decodeCheckpoint(bytes)).toThrow(/RUN_CHECKPOINT_DAMAGED|SHA-256/);
    }
  });

  it('is refused if it has a newer version or is not a checkpoint', () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(at(7)));
    expect(() =>
      decodeCheckpoint(encodeSafetensors([...tensors.values()], { ...metadata, version: '3' })),
    ).toThrow(expect.objectContaining({ code: 'RUN_CHECKPOINT_VERSION' }));
    expect(() => decodeCheckpoint(encodeSafetensors([...tensors.values()]))).toThrow('its format is null');
  });

  it('is refused as damaged if its configuration is out of range', () => {
    const bytes = encodeCheckpoint({ ...at(7), config: { ...at(7).config, steps: 0 } });
    expect(() => decodeCheckpoint(bytes)).toThrow(
      expect.objectContaining({
        code: 'RUN_CHECKPOINT_DAMAGED',
        message: expect.stringContaining('steps: '),
      }),
    );
  });

  it('cannot be written with vectors of different lengths', () => {
    const { state, ...rest } = at(1);
    expect(() => encodeCheckpoint({ ...rest, state: { ...state, m: new Float32Array(3) } })).toThrow(
      'm has 3 values',
    );
  });
});

describe('a checkpoint store', () => {
  it('keeps the last checkpoints and the best one', async () => {
    const entries = new Map<string, Uint8Array>();
    const store = memoryStore(entries);
    const saves: [number, number][] = [
      [10, 10],
      [20, 20],
      [30, 20],
      [40, 20],
      [50, 20],
    ];
    for (const [step, best] of saves) await saveCheckpoint(store, at(step, best), 2);
    expect([...entries.keys()]).toEqual([20, 40, 50].map(checkpointName));
    const saved = await saveCheckpoint(store, at(60, 60), 2);
    expect(saved).toEqual({ name: checkpointName(60), best: true, removed: [40, 20].map(checkpointName) });
  });

  it('removes the later checkpoints of an abandoned history', async () => {
    const entries = new Map<string, Uint8Array>();
    for (const step of [10, 20, 30]) await saveCheckpoint(memoryStore(entries), at(step), 3);
    await saveCheckpoint(memoryStore(entries), at(15), 3);
    expect([...entries.keys()].sort()).toEqual([10, 15].map(checkpointName));
  });

  it('returns the latest intact checkpoint, and the damaged ones with the reasons', async () => {
    const entries = new Map<string, Uint8Array>();
    const store = memoryStore(entries);
    for (const step of [10, 20, 30]) await saveCheckpoint(store, at(step), 3);
    entries.set(checkpointName(30), (entries.get(checkpointName(30)) as Uint8Array).subarray(0, 100));
    entries.set(checkpointName(20), new Uint8Array(0));
    entries.set('notes.txt', new Uint8Array(3));
    const { name, checkpoint, damaged } = await loadLatestCheckpoint(store);
    expect(name).toBe(checkpointName(10));
    expect(checkpoint).toEqual(at(10));
    expect(damaged.map((each) => each.name)).toEqual([30, 20].map(checkpointName));
    expect(damaged[0]?.error.message).toContain('truncated');
  });

  it('skips a checkpoint with the name of a different step, and reports its correct name', async () => {
    const entries = new Map<string, Uint8Array>();
    const store = memoryStore(entries);
    for (const step of [10, 20]) await saveCheckpoint(store, at(step), 3);
    entries.set(checkpointName(99), entries.get(checkpointName(20)) as Uint8Array);
    const { name, damaged } = await loadLatestCheckpoint(store);
    expect(name).toBe(checkpointName(20));
    expect(damaged.map((each) => each.error.message)).toEqual([
      'checkpoint step-00000099.safetensors: contains step 20; expected the step in its name. ' +
        'Rename it to step-00000020.safetensors.',
    ]);
    await expect(readCheckpoint(store, 99)).rejects.toMatchObject({ code: 'RUN_CHECKPOINT_DAMAGED' });
  });

  it('reports that it has no checkpoint, or that all are damaged', async () => {
    await expect(loadLatestCheckpoint(memoryStore())).rejects.toMatchObject({
      code: 'RUN_CHECKPOINT_NOT_FOUND',
    });
    const entries = new Map([[checkpointName(1), new Uint8Array(9)]]);
    await expect(loadLatestCheckpoint(memoryStore(entries))).rejects.toThrow(checkpointName(1));
  });
});
