import { describe, expect, it } from 'vitest';
import { type BenchRun, mergeRuns, parseRecord, recordText } from './record.ts';

const run = (bench: string, load = 0): BenchRun => ({
  bench,
  description: `the bench ${bench}`,
  date: '2026-12-01T10:00:00.000Z',
  machine: {
    cpu: 'CPU',
    cores: 2,
    memoryGiB: 8,
    platform: 'linux x64',
    node: 'v20.0.0',
    onnxruntime: '1.30.0',
  },
  threads: 2,
  quick: false,
  load,
  rows: [{ what: 'speed', value: 1, unit: '×', note: '' }],
});

const order = ['training', 'sampling', 'cost'];

describe('mergeRuns', () => {
  it('replaces the run of a bench that ran again and keeps the others, in the order of the table', () => {
    const before = { version: 1, runs: [run('cost'), run('training')] } as const;
    const after = mergeRuns(before, [run('training', 3), run('sampling')], order);
    expect(after.runs).toEqual([run('training', 3), run('sampling'), run('cost')]);
    // The argument is not changed.
    expect(before.runs).toEqual([run('cost'), run('training')]);
  });

  it('drops a bench that no longer exists', () => {
    expect(mergeRuns({ version: 1, runs: [run('gone'), run('cost')] }, [], order).runs).toEqual([
      run('cost'),
    ]);
  });
});

describe('parseRecord', () => {
  it('reads what recordText wrote', () => {
    const record = { version: 1, runs: [run('cost'), run('training')] } as const;
    expect(parseRecord(recordText(record))).toEqual(record);
  });

  it('returns an empty record for a missing file', () => {
    expect(parseRecord(undefined)).toEqual({ version: 1, runs: [] });
  });

  it.each([
    '',
    '{"version": 1',
    '{"runs": []}',
    '{"version": 2, "runs": []}',
    '{"version": 1, "runs": [{}]}',
    'null',
  ])('rejects the text %j, and advises to restore or delete the file', (text) => {
    expect(() => parseRecord(text)).toThrow(/performance\.json: .*Restore or delete the file/);
  });
});
