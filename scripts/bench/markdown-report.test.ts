import { describe, expect, it } from 'vitest';
import { markdownReport, replaceBetweenMarkers } from './markdown-report.ts';
import type { BenchRun } from './record.ts';

const run: BenchRun = {
  bench: 'training',
  description: 'the step against the peak',
  date: '2026-12-01T10:00:00.000Z',
  machine: {
    cpu: 'CPU 9',
    cores: 2,
    memoryGiB: 8,
    platform: 'linux x64',
    node: 'v20.1.0',
    onnxruntime: '1.30.0',
  },
  threads: 1,
  quick: false,
  load: 0.05,
  rows: [
    { what: 'step', value: 0.61, unit: '×', goal: { bound: 'at least', value: 0.55 }, note: 'a | b' },
    { what: 'export', value: 6, unit: 's', goal: { bound: 'at most', value: 5 }, note: '' },
    { what: 'rival', value: null, unit: '×', note: 'not installed' },
  ],
};

describe('markdownReport', () => {
  it('writes a table for each bench, with machine and date', () => {
    expect(markdownReport({ version: 1, runs: [run] })).toBe(
      [
        '### training',
        '',
        'The step against the peak. CPU 9 (2 cores, 8 GiB, linux x64), 1 thread, Node 20.1.0, ONNX Runtime 1.30.0, ' +
          '2026-12-01, load 0.05 at the start.',
        '',
        '| | value | goal | | details |',
        '|---|---:|---|---|---|',
        '| step | 0.610 × | ≥ 0.55 | ok | a \\| b |',
        '| export | 6.00 s | ≤ 5 | **missed** |  |',
        '| rival | – |  |  | not installed |',
      ].join('\n'),
    );
  });

  it('marks a quick run, and gives the command to run if nothing was measured', () => {
    expect(markdownReport({ version: 1, runs: [{ ...run, quick: true }] })).toContain('not representative');
    expect(markdownReport({ version: 1, runs: [] })).toContain('pnpm bench');
  });
});

describe('replaceBetweenMarkers', () => {
  const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->'];
  const where = { marker: 'bench', file: 'performance.md' };

  it('replaces only the text between the markers, and can be repeated', () => {
    const text = `# Title\n\n${begin}\nold $1\n${end}\n\nLast words.\n`;
    const once = replaceBetweenMarkers(text, 'new $& text', where);
    expect(once).toBe(`# Title\n\n${begin}\n\nnew $& text\n\n${end}\n\nLast words.\n`);
    expect(replaceBetweenMarkers(once, 'new $& text', where)).toBe(once);
  });

  it.each(['', begin, end, `${end} ${begin}`, `${begin} ${begin} ${end}`, `${begin} ${end} ${end}`])(
    'rejects the text %j',
    (text) => {
      expect(() => replaceBetweenMarkers(text, 'report', where)).toThrow(/once each, in this order/);
    },
  );
});
