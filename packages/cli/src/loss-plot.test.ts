import type { Metrics } from '@isonoise/train';
import { describe, expect, it } from 'vitest';
import { lossPlot } from './loss-plot.ts';

const entry = (step: number, loss: number): Metrics => ({
  step,
  loss,
  loss_smoothed: loss * 1.01,
  grad_norm: 1,
  learning_rate: 1e-4,
  images_per_second: 60,
  time: '2030-01-01T00:00:00.000Z',
});
const run = (steps: number) =>
  Array.from({ length: steps }, (_, i) => entry(i + 1, 1 / (1 + i / 50) + 0.02 * (1 + Math.sin(i * 12.9))));

describe('lossPlot', () => {
  it('returns a standalone SVG with both curves, the axes and the last loss', () => {
    const svg = lossPlot(run(300), { title: 'runs/mnist' });
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const text of ['runs/mnist', 'each batch', 'smoothed', 'step 300: ', 'loss'])
      expect(svg).toContain(text);
    // Wrong coordinates would appear as NaN.
    expect(svg).not.toContain('NaN');
  });

  it('returns the same text for the same metrics', () => {
    expect(lossPlot(run(40))).toBe(lossPlot(run(40)));
  });

  it('returns a short text for a long run', () => {
    expect(lossPlot(run(30_000)).length).toBeLessThan(100_000);
  });

  it('accepts a run without steps, with one step, and with a loss of zero', () => {
    expect(lossPlot([])).toContain('no steps yet');
    for (const metrics of [[entry(1, 0.5)], [entry(1, 0.5), entry(2, 0)]]) {
      expect(lossPlot(metrics)).not.toMatch(/NaN|Infinity/);
    }
  });
});
