import type { Level, PredictionType } from '@isonoise/schedule';
import { answerCoefficients } from '../src/prediction.ts';
import type { Row, Terms } from '../src/row.ts';

type Vector = Float64Array;

/** The inputs of a run, as vectors. */
export interface Course {
  readonly predictionType: PredictionType;
  /** Images before the first row. */
  readonly start: Vector;
  /** Returns the network's prediction at row k. */
  readonly answer: (row: number, at: Level, x: Vector) => Vector;
  /** Normals of a draw. Default: none. Rows of a step share its draws. */
  readonly noise?: (draw: { readonly step: number; readonly draw: number; readonly row: number }) => Vector;
}

/** Takes rows in float64 throughout, by their definition. @returns the images after each row */
export function followRows(rows: readonly Row[], course: Course): Vector[] {
  const zero = new Float64Array(course.start.length);
  let x = course.start;
  let memory: readonly Vector[] = [];
  let step = 0;
  return rows.map((row, k) => {
    let x0: Vector = zero;
    let eps: Vector = zero;
    if (row.at !== null) {
      const output = course.answer(k, row.at, x);
      const c = answerCoefficients(course.predictionType, row);
      x0 = sum([c.x0FromX, x], [c.x0FromOutput, output]);
      eps = sum([c.epsFromX, x], [c.epsFromOutput, output]);
    }
    const here = { step, row: k };
    if (row.endsStep !== false) step++;
    const [before, kept] = [x, memory];
    const take = (terms: Terms): Vector =>
      sum(
        [terms.x ?? 0, before],
        [terms.x0 ?? 0, x0],
        [terms.eps ?? 0, eps],
        ...(terms.noise ?? []).map((factor, draw) => {
          const isDrawn = factor !== 0 && course.noise !== undefined;
          return [factor, isDrawn ? course.noise({ ...here, draw }) : zero] as const;
        }),
        ...(terms.memory ?? []).map((factor, m) => [factor, kept[m] as Vector] as const),
      );
    x = take(row.next);
    memory = row.keep?.map(take) ?? memory;
    return x;
  });
}

function sum(...parts: readonly (readonly [factor: number, values: Vector])[]): Vector {
  const used = parts.filter(([factor]) => factor !== 0);
  const out = new Float64Array(parts[0]?.[1].length ?? 0);
  for (const [factor, values] of used)
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + factor * (values[i] as number);
  return out;
}
