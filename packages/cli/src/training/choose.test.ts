import { describe, expect, it } from 'vitest';
import { chosenData, chosenDataset, chosenEngine, sameData } from './choose.ts';
import type { RunRecord } from './run-record.ts';

const record: RunRecord = {
  data: {
    dataset: './photos',
    dataDir: null,
    size: 32,
    grayscale: false,
    alpha: 'off',
    background: null,
    pad: null,
    limit: null,
    fit: null,
    kernel: null,
    atlas: null,
    atlasMargin: null,
    atlasSpacing: null,
    skipBad: false,
    tagsFromNames: false,
    ignoreTags: false,
    minTagCount: null,
    holdout: 0,
  },
  engine: { engine: 'onnxruntime', provider: 'cpu', threads: 2 },
  images: 10,
  heldOut: null,
  classNames: null,
  tags: null,
  place: null,
  dataSha256: null,
  features: null,
  look: null,
  from: null,
  command: 'isonoise train',
  begun: '2030-01-01T00:00:00.000Z',
};

describe('the chosen data and engine', () => {
  it('come from the record of a resumed run', () => {
    expect(sameData({ runs: 'runs' }, record)).toEqual(record.data);
    expect(sameData({ runs: 'runs', size: 32 }, record)).toEqual(record.data);
    expect(chosenEngine({ runs: 'runs' }, record.engine)).toEqual(record.engine);
  });

  it('are refused if they would change the images of a resumed run', () => {
    expect(() => sameData({ runs: 'runs', size: 64, limit: 5 }, record)).toThrow(
      'size: 32 in the run, 64 requested\n  limit: null in the run, 5 requested',
    );
  });

  it('are MNIST and onnxruntime on the CPU by default', () => {
    expect(chosenData({ runs: 'runs' })).toMatchObject({ dataset: 'mnist', grayscale: false, limit: null });
    expect(chosenEngine({ runs: 'runs' })).toEqual({ engine: 'onnxruntime', provider: 'cpu', threads: null });
  });

  it('include the data set of the config file, unless a flag overrides it', () => {
    const file = { dataset: 'cifar10' };
    expect(chosenData({ runs: 'runs' }, file).dataset).toBe('cifar10');
    expect(chosenDataset({ runs: 'runs', dataset: './photos' }, file)).toBe('./photos');
    for (const dataset of [7, null, '', ['photos']])
      expect(() => chosenDataset({ runs: 'runs' }, { dataset })).toThrow(
        `--config: dataset is ${JSON.stringify(dataset)}; expected the name of a data set or a folder`,
      );
    expect(() => chosenDataset({ runs: 'runs', dataset: '' })).toThrow('--dataset is ""; expected');
  });

  it('include a provider and threads only for onnxruntime', () => {
    expect(chosenEngine({ runs: 'runs', engine: 'tfjs-node' }, record.engine).provider).toBeNull();
    expect(() => chosenEngine({ runs: 'runs', engine: 'tfjs:cpu', threads: 1 })).toThrow(
      '--provider and --threads: the engine is tfjs:cpu; expected onnxruntime',
    );
  });
});
