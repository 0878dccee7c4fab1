import { memoryStorage } from '@isonoise/runtime-web';
import { noLossYet, parseTrainConfig, saveCheckpoint } from '@isonoise/train';
import { describe, expect, it } from 'vitest';
import { freeName, type RunRecord } from './run-record.ts';
import { openRunStorage } from './run-storage.ts';

const config = parseTrainConfig({ dataset: 'cats', network: {} });
const record: RunRecord = {
  name: 'cats',
  config,
  device: { device: 'wasm', threads: 1 },
  origin: { kind: 'folder' },
  images: 2,
  shape: { channels: 1, height: 2, width: 2 },
  classNames: ['a', 'b'],
  dataSha256: '0',
  begun: '2030-01-01T00:00:00.000Z',
};

function checkpoint(step: number) {
  const vector = () => Float32Array.of(step);
  const state = { theta: vector(), m: vector(), v: vector(), ema: vector() };
  return { step, config, dataOrder: { epoch: 0, position: 0 }, loss: noLossYet, state };
}

describe('openRunStorage', () => {
  it('lists a run once its record is written', async () => {
    const runs = openRunStorage(memoryStorage());
    const run = runs.open('cats');
    await saveCheckpoint(run.checkpoints, checkpoint(3), 2);
    expect(await runs.list()).toEqual([]);
    await run.writeRecord(record);
    expect(await runs.list()).toEqual(['cats']);
    expect(await run.readRecord()).toEqual(record);
    expect(await run.lastStep()).toBe(3);
    await expect(runs.open('dogs').readRecord()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('reads a record of an earlier version, whose config has `unet` instead of `network`', async () => {
    const storage = memoryStorage();
    const { network, ...rest } = { ...config, network: { dropout: 0.5 } };
    const earlier = { ...record, config: { ...rest, unet: network } };
    await storage.put('cats/run.json', new TextEncoder().encode(JSON.stringify(earlier)));
    const run = openRunStorage(storage).open('cats');
    expect(await run.readRecord()).toEqual({ ...record, config: { ...rest, network } });
  });

  it('writes the metrics before each checkpoint', async () => {
    const storage = memoryStorage();
    const run = openRunStorage(storage).open('cats');
    await run.metrics.append('1\n');
    expect(await storage.get('cats/metrics.jsonl')).toBeUndefined();
    await saveCheckpoint(run.checkpoints, checkpoint(1), 2);
    await run.metrics.append('2\n');
    const reopened = openRunStorage(storage).open('cats');
    expect(await reopened.metrics.read()).toBe('1\n');
    expect(await run.metrics.read()).toBe('1\n2\n');
  });

  it('returns images and samples as they were written', async () => {
    const run = openRunStorage(memoryStorage()).open('cats');
    expect(await run.readSamples()).toBeNull();
    const samples = {
      step: 7,
      images: { bytes: Uint8Array.of(10, 0, 255, 10), shape: [1, 1, 2, 2] as const },
    };
    await run.writeSamples(samples);
    expect(await run.readSamples()).toEqual(samples);
    const { shape } = record;
    const dataset = {
      name: 'cats',
      count: 2,
      shape,
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      labels: Int32Array.of(1, 0),
      classNames: ['a', 'b'],
    };
    await run.writeImages(dataset);
    expect(await run.readImages(record)).toEqual(dataset);
    const tags = { names: ['red', 'round'], offsets: Uint32Array.of(0, 0, 2), indices: Uint16Array.of(0, 1) };
    await run.writeImages({ ...dataset, tags });
    const tagged = { ...record, tags: { names: tags.names, counts: [1, 1] } };
    expect(await run.readImages(tagged)).toEqual({ ...dataset, tags });
  });

  it('removes only the named run', async () => {
    const storage = memoryStorage();
    const runs = openRunStorage(storage);
    for (const name of ['cats', 'cats-2']) {
      await saveCheckpoint(runs.open(name).checkpoints, checkpoint(1), 2);
      await runs.open(name).writeRecord({ ...record, name });
    }
    await runs.remove('cats');
    expect(await runs.list()).toEqual(['cats-2']);
    expect((await storage.keys('')).filter((key) => !key.startsWith('cats-2/'))).toEqual([]);
  });
});

it('freeName returns an unused name that is safe in a key', () => {
  expect(freeName('mnist', [])).toBe('mnist');
  expect(freeName('mnist', ['mnist', 'mnist-2'])).toBe('mnist-3');
  expect(freeName('My cats/été', [])).toBe('My-cats-t');
  expect(freeName('...', [])).toBe('run');
});
