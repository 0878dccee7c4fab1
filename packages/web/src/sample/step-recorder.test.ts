import { expect, it } from 'vitest';
import { StepRecorder } from './step-recorder.ts';

function record(steps: number, limits?: { frames: number; bytes: number }, first = 0): number[] {
  const recorder = new StepRecorder({ x: Float32Array.of(-1, 0), step: first, t: null }, steps, limits);
  for (let step = first + 1; step <= steps; step++) {
    const x = Float32Array.of(1, -1);
    const save = (): never => {
      throw new Error('save: unexpected call in this test');
    };
    recorder.add({ step, steps, t: steps - step, x, preview: x, save });
  }
  return recorder.frames.map(({ step }) => step);
}

it('StepRecorder keeps the noise and every step of a short run', () => {
  expect(record(3)).toEqual([0, 1, 2, 3]);
});

it('StepRecorder keeps at most 100 steps of a long run, always including the last', () => {
  for (const steps of [101, 1000]) {
    const kept = record(steps);
    expect(kept.length).toBeLessThanOrEqual(101);
    expect(kept.at(-1)).toBe(steps);
  }
  expect(record(1000).length).toBe(101);
});

it('StepRecorder keeps the steps of a resumed run, beginning with its state', () => {
  expect(record(6, undefined, 3)).toEqual([3, 4, 5, 6]);
  expect(record(1000, { frames: 2, bytes: 1e9 }, 900)).toEqual([900, 950, 1000]);
});

it('StepRecorder respects the limit of bytes', () => {
  // A frame of two values takes four bytes.
  expect(record(100, { frames: 100, bytes: 40 })).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(record(100, { frames: 100, bytes: 1 })).toEqual([0, 100]);
});

it('StepRecorder keeps 8-bit samples', () => {
  const recorder = new StepRecorder({ x: Float32Array.of(-1, 0, 1), step: 0, t: null }, 1);
  expect([...(recorder.frames[0]?.noisy ?? [])]).toEqual([0, 128, 255]);
});
