import { createSchedule, levelAt } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { answerCoefficients } from './prediction.ts';
import { prepareRow } from './prepare-row.ts';
import type { NetworkRow, Terms } from './row.ts';
import { type TakenRow, takeRow } from './take-row.ts';

const at = levelAt(createSchedule({ kind: 'linear' }), 400);
const CLIP = 0.9;

/** Values in [-2, 2], so that some of the estimates computed from them are clipped. */
const values = (seed: number): Float32Array =>
  Float32Array.from({ length: 9 }, (_, i) => 2 * Math.sin(7 * i + seed));

const [x, output] = [values(1), values(2)];
const memory = [values(3), values(4), values(5), values(6), values(7), values(8)];
const noise = [values(9)];

const take = (row: NetworkRow): TakenRow =>
  takeRow(row, { predictionType: 'epsilon', clip: CLIP }, { x, output, memory, noise });

/** Sums of float64 in the order x_0, x, output, memory, noise, each rounded once to float32. */
function sumOf(terms: Terms): Float32Array {
  const { x0FromX, x0FromOutput, epsFromX, epsFromOutput } = answerCoefficients('epsilon', { at });
  return x.map((value, i) => {
    const answer = output[i] as number;
    const estimate = Math.max(-CLIP, Math.min(CLIP, x0FromX * value + x0FromOutput * answer));
    const eps = terms.eps ?? 0;
    let sum =
      (terms.x0 ?? 0) * estimate + ((terms.x ?? 0) + eps * epsFromX) * value + eps * epsFromOutput * answer;
    for (const [k, factor] of (terms.memory ?? []).entries()) sum += factor * (memory[k]?.[i] as number);
    for (const [k, factor] of (terms.noise ?? []).entries()) sum += factor * (noise[k]?.[i] as number);
    return sum;
  });
}

const factors = (count: number): number[] => Array.from({ length: count }, (_, k) => 0.9 - 0.37 * k);
const terms = (count: number, more: Terms = {}): Terms => ({
  x0: 0.3,
  eps: -0.2,
  memory: factors(count),
  ...more,
});

it.each([
  { pass: 'each', row: { at, next: terms(0) } },
  { pass: 'each', row: { at, next: terms(1) } },
  { pass: 'each', row: { at, next: terms(3, { noise: [0.4] }), keep: [terms(0)] } },
  { pass: 'both', row: { at, next: terms(4), keep: [{ x: 0.1, memory: [1.1, -0.6, 0.2, 0.05] }] } },
  { pass: 'both', row: { at, next: terms(1, { noise: [0.4] }), keep: [terms(1, { x: 2, noise: [-1] })] } },
  { pass: 'several', row: { at, next: terms(6, { noise: [0.4] }), keep: [terms(2)] } },
  { pass: 'each', row: { at, next: terms(2), keep: [terms(2), terms(2, { x: 3 })] } },
] satisfies { pass: string; row: NetworkRow }[])(
  'takeRow adds the terms of row $# ($pass) in float64, in the order of sumOf, and rounds each sum once',
  ({ pass, row }) => {
    expect(prepareRow(row, 'epsilon').pass).toBe(pass);
    const taken = take(row);
    expect(taken.next).toEqual(sumOf(row.next));
    expect(taken.memory).toEqual('keep' in row ? row.keep.map(sumOf) : memory);
    expect(taken.x0).toEqual(sumOf({ x0: 1 }));
  },
);

it('an array that is kept unchanged is not copied', () => {
  const keep: Terms[] = [{ x: 1 }, { memory: [0, 0, 1] }, { noise: [1] }, { x0: 1 }];
  const taken = take({ at, next: terms(1), keep });
  expect(taken.memory[0]).toBe(x);
  expect(taken.memory[1]).toBe(memory[2]);
  expect(taken.memory[2]).toBe(noise[0]);
  expect(taken.memory[3]).toBe(taken.x0);
});
