import { type IsonoiseError, isIsonoiseError } from '@isonoise/error';
import { traceError } from '../errors.ts';
import type { TracedValue } from '../value.ts';
import type { Rule, RuleTable, Signature } from './rule.ts';

/**
 * Wraps rules so that errors name the kernel, and results with impossible shapes are rejected. Rules call the same tfjs
 * assertions as tfjs's kernels, so that a trace rejects the same inputs as an ordinary run.
 */
export function guarded<Kernels>(table: RuleTable<Kernels>): RuleTable<Kernels> {
  const rules = Object.entries(table).map(([kernel, rule]) => [kernel, guard(rule as Rule<Signature>)]);
  return Object.fromEntries(rules) as RuleTable<Kernels>;
}

function guard(rule: Rule<Signature>): Rule<Signature> {
  return (tracer, inputs, attrs, kernel) => {
    const made = attempt(kernel, () => rule(tracer, inputs, attrs, kernel));
    for (const value of [made].flat()) requireShape(kernel, value);
    return made;
  };
}

function attempt<T>(kernel: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error) || isIsonoiseError(error) || error.message.startsWith('trace:'))
      throw error;
    throw shapeError(kernel, error.message, error);
  }
}

function requireShape(kernel: string, { shape }: TracedValue): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw shapeError(kernel, `its result has shape [${shape}]; expected whole numbers ≥ 0`);
}

function shapeError(kernel: string, problem: string, cause?: Error): IsonoiseError {
  return traceError(
    'TRACE_SHAPE',
    `trace: kernel ${kernel}: ${problem.replace(/\.$/, '')}. Check the shapes and attributes that the function passes to the op.`,
    { cause },
  );
}
