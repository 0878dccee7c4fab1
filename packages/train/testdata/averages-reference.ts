import { readFileSync } from 'node:fs';

/** Content of averages.json, written by make_averages.py. */
interface AveragesReference {
  readonly exponents: readonly (readonly [length: number, exponent: number])[];
  readonly products: readonly (readonly [
    stepA: number,
    exponentA: number,
    stepB: number,
    exponentB: number,
    product: number,
  ])[];
  readonly storedSteps: readonly number[];
  readonly storedLengths: readonly number[];
  readonly cases: readonly {
    readonly step: number;
    readonly length: number;
    readonly weights: readonly number[];
    readonly error: number;
  }[];
}

export const averagesReference: AveragesReference = JSON.parse(
  readFileSync(new URL('averages.json', import.meta.url), 'utf8'),
);
