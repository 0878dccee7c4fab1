import { describe, expect, it } from 'vitest';
import { addLoss, type LossStats, markCheckpoint, noLossYet } from './loss-stats.ts';

describe('the loss statistics', () => {
  it('average the losses with exponential weights that sum to one', () => {
    const losses = [3, 1, 4, 1, 5];
    const stats = losses.reduce(addLoss, noLossYet);
    const weights = losses.map((_, i) => 0.99 ** (losses.length - 1 - i));
    const sum = weights.reduce((a, b) => a + b);
    const mean = losses.reduce((total, loss, i) => total + loss * (weights[i] as number), 0) / sum;
    // Both sums add five float64 numbers, but in different orders.
    expect(stats.smoothed).toBeCloseTo(mean, 13);
    expect(stats.weight).toBeCloseTo(1 - 0.99 ** 5, 13);
  });

  it('equal the loss after one step, even if it is large', () => {
    expect(addLoss(noLossYet, 12.5).smoothed).toBe(12.5);
  });

  it('record the saved step with the smallest smoothed loss', () => {
    const at = (smoothed: number, best: LossStats['best']): LossStats => ({ smoothed, weight: 1, best });
    expect(markCheckpoint(noLossYet, 0).best).toBeNull();
    expect(markCheckpoint(at(0.5, null), 10).best).toEqual({ step: 10, loss: 0.5 });
    expect(markCheckpoint(at(0.4, { step: 10, loss: 0.5 }), 20).best).toEqual({ step: 20, loss: 0.4 });
    expect(markCheckpoint(at(0.6, { step: 10, loss: 0.5 }), 20).best).toEqual({ step: 10, loss: 0.5 });
  });
});
