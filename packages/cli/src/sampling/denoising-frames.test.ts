import { describe, expect, it } from 'vitest';
import { DenoisingFrames, framesOf } from './denoising-frames.ts';

const kept = (steps: number): number[] => {
  const frames = new DenoisingFrames();
  const made: number[] = [];
  for (let step = 1; step <= steps; step++) {
    frames.add(step, steps, () => {
      made.push(step);
      return { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) };
    });
  }
  return made;
};

describe('DenoisingFrames', () => {
  it('keeps all steps of a short run, at most 100 steps of a long run, and always the last step', () => {
    expect(kept(3)).toEqual([1, 2, 3]);
    const long = kept(1000);
    expect(long.length).toBe(100);
    expect(long.at(-1)).toBe(1000);
    expect(kept(101).at(-1)).toBe(101);
    for (const steps of [1, 3, 99, 100, 101, 1000]) expect(framesOf(steps)).toBe(kept(steps).length);
  });
});
