import { expect, it } from 'vitest';
import { reference } from '../testdata/reference.ts';
import { classScore } from './class-score.ts';

it('classScore equals a calculation with SciPy', () => {
  const score = classScore(Float32Array.from(reference.probabilities), reference.classes);
  // In float32, the sum of a row differs from 1 by up to 1e-7. SciPy divides by the sum.
  expect(score).toBeCloseTo(reference.classScore, 6);
});

it('classScore is the number of classes if all classes are certain and equally frequent, and 1 for equal probabilities', () => {
  expect(classScore(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3)).toBeCloseTo(3, 12);
  expect(classScore(Float32Array.of(0.5, 0.25, 0.25, 0.5, 0.25, 0.25), 3)).toBeCloseTo(1, 12);
  expect(classScore(Float32Array.of(1, 0, 1, 0), 2)).toBeCloseTo(1, 12);
});

it('classScore rejects logits and incomplete rows', () => {
  expect(() => classScore(Float32Array.of(0.5, 0.5, 3, -3), 2)).toThrow('a probability of image 1 is 3');
  expect(() => classScore(Float32Array.of(0.5, 0.5, 1), 2)).toThrow('got 3 probabilities for 2 classes');
});
