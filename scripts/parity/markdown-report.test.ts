import { describe, expect, it } from 'vitest';
import { formatDifference } from './cells.ts';
import { markdownReport } from './markdown-report.ts';
import type { Measured, ParityReport } from './report.ts';
import { terminalReport } from './terminal-report.ts';

const measured: Measured = {
  name: 'wasm',
  label: 'Chromium, WASM, 1 thread',
  about: 'onnxruntime-web',
  noise: true,
  golden: {
    ok: true,
    prediction: { difference: 4.8e-7, tolerance: 1e-4, ok: true },
    image: { difference: 1.3e-6, tolerance: 1e-3, ok: true },
  },
  alone: false,
  predictions: [
    { t: 0, largest: 6.7e-6 },
    { t: 999, largest: 0 },
  ],
  series: [
    {
      sampler: 'ddim',
      steps: 50,
      seeds: 100,
      largest: 1.23e-5,
      pixels: 78400,
      differing: 3,
      levels: 1,
      differingInOne: 2,
      pngEqual: 98,
    },
  ],
  callMs: 20.4,
};

const report: ParityReport = {
  version: 1,
  date: '2026-12-01T10:00:00.000Z',
  model: { name: 'mnist', onnxSha256: '0123456789abcdef' },
  machine: {
    cpu: 'CPU 9',
    cores: 2,
    memoryGiB: 8,
    platform: 'linux x64',
    node: 'v20.1.0',
    onnxruntime: '1.30.0',
  },
  base: 'Node, CPU, 1 thread',
  quick: false,
  outcomes: [measured, { name: 'node-cuda', label: 'Node, CUDA', absent: 'no library | here' }],
};

describe('markdownReport', () => {
  const lines = markdownReport(report).split('\n');

  it('returns a row for each runtime, and the reason for an absent runtime', () => {
    expect(lines).toContain(
      '| Chromium, WASM, 1 thread | equal | ok | prediction 4.8e-7, image 1.3e-6 | **differ** |',
    );
    expect(lines).toContain('| Node, CUDA | absent |  |  |  |');
    expect(lines).toContain('- Node, CUDA: absent: no library | here');
  });

  it('returns a column for each timestep', () => {
    expect(lines).toContain('| runtime | t = 0 | t = 999 |');
    expect(lines).toContain('| Chromium, WASM, 1 thread | 6.7e-6 | 0 |');
  });

  it('counts differing pixels and equal files', () => {
    expect(lines).toContain(
      '| Chromium, WASM, 1 thread | DDIM, 50 steps | 1.2e-5 | 0.0038 % (3 of 78400) | 1 level | 2 | 98 of 100 |',
    );
  });
});

describe('terminalReport', () => {
  it('aligns the columns of the same tables', () => {
    const lines = terminalReport(report).split('\n');
    const heading = lines.find((line) => line.includes('equal PNG files'));
    const row = lines.find((line) => line.includes('98 of 100'));
    expect(row?.indexOf('98 of 100')).toBe(heading?.indexOf('equal PNG files'));
    expect(lines.join('\n')).not.toContain('**');
  });
});

it('formatDifference writes 0 only if nothing differs', () => {
  expect(formatDifference(0)).toBe('0');
  expect(formatDifference(2 ** -24)).toBe('6.0e-8');
  expect(formatDifference(Number.NaN)).toBe('NaN');
});
