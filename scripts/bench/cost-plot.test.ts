import { expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { costPlot } from './cost-plot.ts';

const training = (width: number, batch: number, imagesPerSecond: number): Row => ({
  what: '',
  value: 0.6,
  unit: '×',
  note: '',
  details: { width, batch, stepMs: 1, gflops: 60, peakGflops: 100, memory: 500 + batch, imagesPerSecond },
});
const rows: Row[] = [
  training(32, 8, 61.5),
  training(32, 32, 71.5),
  training(64, 32, 23.5),
  { what: '', value: 1, unit: '×', note: '', details: { steps: 50, images: 16, seconds: 1.75 } },
  { what: 'nothing to draw', value: 1, unit: '×', note: '' },
];

it('costPlot labels points and axes, and returns the same plot for the same rows', () => {
  const svg = costPlot(rows);
  for (const text of [
    '61.5',
    '71.5',
    '23.5',
    '508',
    '532',
    '0.600',
    '1.75',
    'DDIM steps',
    'batch, width 32',
  ]) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg).not.toMatch(/NaN|undefined|class=/);
  expect(costPlot(rows)).toBe(svg);
});
