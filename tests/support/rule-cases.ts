import { describe, expect, it } from 'vitest';
import { largestError, runEager, runTraced, type TensorFunction, type Values } from './trace-and-run.ts';

/** One function to trace and run by ONNX Runtime. */
export interface RuleCase {
  readonly what: string;
  readonly run: TensorFunction;
  readonly inputs: readonly Values[];
  /** What must come out, run eagerly, where tfjs's cpu backend has no such kernel or a wrong one. */
  readonly reference?: TensorFunction;
  /** What must come out, where it is not what tfjs's cpu backend computes; the case says why. */
  readonly wanted?: readonly Values[];
  /** Largest error, relative to values over 1. */
  readonly tolerance?: number;
}

/** Cases by the tfjs kernel that they are about: each of them must run it. */
export type RuleCases = Readonly<Record<string, readonly RuleCase[]>>;

/** Sums of up to a few hundred float32 products, in another order: some 2⁻²⁴ each. */
export const SUMS = 5e-6;

/** Functions of the C library against V8's: a few units in the last place. */
export const LIBM = 1e-6;

/** Checks a family of rules: traced and run by ONNX Runtime each case gives what tfjs's cpu backend gives. */
export function checkRules(family: string, cases: RuleCases): void {
  describe(family, () => {
    for (const [kernel, list] of Object.entries(cases)) {
      it.each(list.map((one) => [one.what, one] as const))(`${kernel}: %s`, async (_what, one) => {
        const wanted = one.wanted ?? (await runEager(one.reference ?? one.run, one.inputs));
        const { outputs, kernels } = await runTraced(one.run, one.inputs);
        expect([...kernels]).toContain(kernel);
        expect(outputs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
          wanted.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
        );
        for (const [i, output] of outputs.entries()) {
          const error = largestError(output.values, wanted[i]?.values ?? []);
          expect(error, `output ${i}: ${output.values} against ${wanted[i]?.values}`).toBeLessThanOrEqual(
            one.tolerance ?? 0,
          );
        }
      });
    }
  });
}
