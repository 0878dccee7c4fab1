import { describe, expect, it } from 'vitest';
import { conclusion, differencesOf, exitCode, judge, type Outcome, type Results, report } from './judge.ts';

const cpu: Results = {
  losses: [1, 0.5],
  trainSeconds: 2,
  prediction: Float32Array.of(0, 1, -1),
  image: Float32Array.of(0.25, -0.5),
  sampleSeconds: 3,
};
const on = (name: string, changes: Partial<Results> = {}): Outcome => ({
  name,
  results: { ...cpu, ...changes },
});

describe('differencesOf', () => {
  it('compares losses relatively and values absolutely', () => {
    const found = differencesOf(
      {
        ...cpu,
        losses: [1, 0.75],
        prediction: Float32Array.of(0.5, 1, -1),
        image: Float32Array.of(0.25, -0.75),
      },
      cpu,
    );
    expect(found).toEqual({ losses: 0.5, prediction: 0.5, image: 0.25 });
  });

  it('returns NaN if a value is missing or NaN', () => {
    expect(differencesOf({ ...cpu, losses: [1] }, cpu).losses).toBeNaN();
    expect(differencesOf({ ...cpu, losses: [1, Number.NaN] }, cpu).losses).toBeNaN();
    expect(differencesOf({ ...cpu, image: Float32Array.of(0.25) }, cpu).image).toBeNaN();
  });
});

describe('a device', () => {
  it('agrees if its results differ only by rounding', () => {
    const verdicts = judge([on('cpu'), on('webgpu', { losses: [1, 0.5 + 1e-7] })]);
    expect(verdicts.map(({ state }) => state)).toEqual(['agrees', 'agrees']);
    expect(exitCode(verdicts)).toBe(0);
    expect(conclusion(verdicts)).toBe('gpu-check: ok: webgpu agrees with the CPU.');
  });

  it('that is absent does not fail the check, and the report concludes NO GPU', () => {
    const verdicts = judge([on('cpu'), { name: 'cuda', absent: 'no NVIDIA GPU found' }]);
    expect(exitCode(verdicts)).toBe(0);
    expect(report(verdicts).split('\n')).toEqual([
      'device  result  training  losses     sampling  prediction  image',
      'cpu     agrees  2.00 s    reference  3.00 s    reference   reference',
      'cuda    absent',
      '',
      'cuda: absent: no NVIDIA GPU found',
      '',
      'gpu-check: NO GPU: no usable GPU was found, so none was compared with the CPU.',
    ]);
  });

  it('that is a software renderer is compared but does not count as a GPU', () => {
    const verdicts = judge([on('cpu'), { name: 'webgpu (software)', results: cpu, software: true }]);
    expect(verdicts.at(-1)?.state).toBe('agrees');
    expect(conclusion(verdicts)).toContain('NO GPU');
  });

  it.each<[string, Outcome, string]>([
    [
      'computes a wrong loss',
      on('cuda', { losses: [1, 0.51] }),
      'largest relative difference of a loss: 2.0e-2; expected at most 0.00001',
    ],
    [
      'computes a wrong prediction',
      on('cuda', { prediction: Float32Array.of(0, 1, -0.99) }),
      'largest difference in the prediction: 1.0e-2; expected at most 0.0001',
    ],
    [
      'draws an image with a NaN',
      on('cuda', { image: Float32Array.of(0.25, Number.NaN) }),
      'largest difference in the image: NaN; expected at most 0.004',
    ],
    ['throws an error', { name: 'cuda', failed: 'out of memory' }, 'out of memory'],
  ])('that %s fails the check, even if another device agrees', (_, outcome, reason) => {
    const verdicts = judge([on('cpu'), on('webgpu'), outcome]);
    expect(verdicts.at(-1)?.state).toBe('failed');
    expect(verdicts.at(-1)?.reason).toBe(reason);
    expect(exitCode(verdicts)).toBe(1);
    expect(conclusion(verdicts)).toBe('gpu-check: FAILED on cuda.');
  });

  it('fails if the CPU failed', () => {
    const verdicts = judge([{ name: 'cpu', failed: 'broken' }, on('webgpu')]);
    expect(verdicts.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(exitCode(verdicts)).toBe(1);
  });
});
