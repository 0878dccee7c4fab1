import { describe, expect, it } from 'vitest';
import { largestError, runEager, runTraced, type TensorFunction, type Values } from './trace-and-run.ts';

/** A function to trace and run in ONNX Runtime. */
export interface RuleCase {
  readonly what: string;
  readonly run: TensorFunction;
  readonly inputs: readonly Values[];
  /**
   * Function that computes the expected result eagerly, if tfjs's cpu
   * backend lacks the kernel or computes it incorrectly.
   */
  readonly reference?: TensorFunction;
  /** Expected result, if tfjs's cpu backend gives a different one; the case says why. */
  readonly expected?: readonly Values[];
  /** Largest accepted error: relative where |value| > 1, absolute below. Default 0. */
  readonly tolerance?: number;
}

/** Cases by the tfjs kernel that they test; each case must run this kernel. */
export type RuleCases = Readonly<Record<string, readonly RuleCase[]>>;

/** Tolerance for sums of up to a few hundred float32 products in a different order, each off by about 2⁻²⁴. */
export const SUMS = 5e-6;

/** Tolerance between functions of the C library and V8: a few units in the last place. */
export const LIBM = 1e-6;

/**
 * Tests a family of rules: each case, traced and run in ONNX Runtime,
 * must give the result of tfjs's cpu backend.
 */
export function checkRules(family: string, cases: RuleCases): void {
  describe(family, () => {
    for (const [kernel, list] of Object.entries(cases)) {
      it.each(list.map((one) => [one.what, one] as const))(`${kernel}: %s`, async (_what, one) => {
        const expected = one.expected ?? (await runEager(one.reference ?? one.run, one.inputs));
        const { outputs, kernels } = await runTraced(one.run, one.inputs);
        expect([...kernels]).toContain(kernel);
        expect(outputs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
          expected.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
        );
        for (const [i, output] of outputs.entries()) {
          const error = largestError(output.values, expected[i]?.values ?? []);
          expect(error, `output ${i}: ${output.values}; expected ${expected[i]?.values}`).toBeLessThanOrEqual(
            one.tolerance ?? 0,
          );
        }
      });
    }
  });
}
