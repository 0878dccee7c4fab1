import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareProgram } from './compare.ts';
import { type FuzzProgram, programOf, type Step, textOf } from './program.ts';
import { smallest, traceTarget } from './target.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const step = (text: string, run: (x: tf.Tensor) => tf.Tensor, operand: number): Step => ({
  text: ([x]) => `${text}(${x})`,
  operands: [operand],
  run: ([x]) => run(x as tf.Tensor),
});

/** A program whose second op computes a different function while it is traced. */
const wrong: FuzzProgram = {
  seed: 1,
  inputs: [{ shape: [null, 3], isWeight: false }],
  steps: [
    step('tanh', tf.tanh, 0),
    step('wrong', (x) => (tf.getBackend() === 'cpu' ? tf.sin(x) : tf.cos(x)), 1),
    step('neg', tf.neg, 2),
    step('square', tf.square, 3),
  ],
  output: 4,
};

describe('the fuzz target trace', () => {
  it('generates the same program for the same seed, and another program for another seed', () => {
    const texts = [3, 3, 4].map((seed) => textOf(programOf(seed)));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  it('finds no fault in forty programs, and compares most of these programs', async () => {
    const outcomes: string[] = [];
    for (let seed = 1; seed <= 40; seed++) outcomes.push(await traceTarget.tryOne(seed));
    expect(outcomes.filter((outcome) => outcome.startsWith('equal')).length).toBeGreaterThan(20);
  });

  it.each(['forward', 'backward'] as const)(
    'finds a wrong op (%s) and shortens the program so that it ends with this op',
    async (direction) => {
      await expect(compareProgram(wrong, direction)).rejects.toThrow(/at batch 1: result 0 has .*; tfjs has/);
      const [program] = await smallest(wrong, direction);
      expect(textOf(program)).toBe("  x0: ['batch', 3]\n  v0 = tanh(x0)\n  v1 = wrong(v0)\n  result: v1");
    },
  );

  it('fails if tfjs rejects a program that was traced', async () => {
    const refused = step(
      'refused',
      (x) => {
        if (tf.getBackend() === 'cpu') throw new Error('not this');
        return tf.exp(x);
      },
      0,
    );
    const program: FuzzProgram = { ...wrong, steps: [refused], output: 1 };
    await expect(compareProgram(program, 'forward')).rejects.toThrow(
      'tfjs rejects a traced program: not this',
    );
  });
});
