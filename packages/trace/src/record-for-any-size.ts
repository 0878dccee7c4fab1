import { codeOf, type IsonoiseError, isIsonoiseError } from '@isonoise/error';
import type { TraceBackend } from './backend.ts';
import { differenceOf } from './compare-programs.ts';
import { ERROR_CODES, traceError } from './errors.ts';
import { batchError, generaliseBatch } from './generalise-batch.ts';
import type { RecordedGraph } from './graph-pass.ts';
import { guardSingleRows } from './passes/guard-single-rows.ts';
import { guardVectorTails } from './passes/guard-vector-tails.ts';
import { type Recording, record, type TraceableFunction } from './record.ts';
import { SYMBOLIC_SIZES, type TensorSpec, type TraceOptions } from './spec.ts';

/** Codes of errors that a function may cause at only some sizes. */
const OF_A_SIZE: ReadonlySet<string> = new Set(['TRACE_SHAPE', 'TRACE_SPEC']);

/**
 * Makes the graph of a function for any size of the named dimension. The function is run twice at the same size to
 * check that it is repeatable. It is also run at further sizes to check that it runs the same ops at each.
 *
 * @param symbol name of the dimension; undefined if all sizes are fixed, and the function is then run at no other size
 * @param graphOf creates the graph of a run
 * @throws TRACE_RANDOM if the function is not repeatable; TRACE_BATCH if one graph cannot represent all sizes; the
 *   errors of {@link record}
 */
export function recordForAnySize(
  backend: TraceBackend,
  symbol: string | undefined,
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  graphOf: (recording: Recording, options: TraceOptions) => RecordedGraph,
): RecordedGraph {
  const [size = 1, otherSize = 1, ...further] = options.sizes ?? SYMBOLIC_SIZES;
  const at = (n: number, isFirst = false): Recording => record(backend, fn, specs, options, n, isFirst);
  const first = firstRun();
  const graph = graphOf(first, options);
  const requireRepeatable = (): void => {
    const again = at(size).program;
    const difference = differenceOf([first.program, first.program, again]);
    if (difference !== undefined) throw unrepeatable(difference);
  };
  if (symbol === undefined) {
    requireRepeatable();
    return graph;
  }
  try {
    const second = atOther(otherSize);
    const open = generaliseBatch(graph, graphOf(second, options), [size, otherSize], symbol);
    for (const recording of [second, ...further.map(atOther)]) {
      const difference = differenceOf([first.program, second.program, recording.program]);
      if (difference !== undefined) {
        const { size: n } = recording.program;
        throw batchError(
          `the function runs different ops at ${symbol} ${size} and at ${symbol} ${n} (${difference})`,
          symbol,
        );
      }
    }
    return (options.guardSingleRows ?? true) ? guardVectorTails(guardSingleRows(open)) : open;
  } catch (error) {
    // A function that is not repeatable also differs between sizes. The error must name the actual cause.
    if (codeOf(error) === 'TRACE_BATCH') requireRepeatable();
    throw error;
  }

  /**
   * Returns the first run. If this run makes variables, returns the second run, in which the variables exist as in all
   * later runs.
   */
  function firstRun(): Recording {
    try {
      const recording = at(size, true);
      if (backend.variables.isEmpty) return recording;
    } catch (error) {
      if (backend.variables.isEmpty) throw error;
    }
    return at(size);
  }

  /** Runs the function at a size other than the first. An error that may depend on the size names it. */
  function atOther(n: number): Recording {
    try {
      return at(n);
    } catch (error) {
      if (isIsonoiseError(error) && error.code in ERROR_CODES && !OF_A_SIZE.has(error.code)) throw error;
      throw batchError(`the function fails at ${symbol} ${n}: ${String(error)}`, symbol ?? '', {
        cause: error,
      });
    }
  }
}

const unrepeatable = (difference: string): IsonoiseError =>
  traceError(
    'TRACE_RANDOM',
    `trace: the function differs between runs, by ${difference}; expected equal runs. ` +
      'Pass the values that change as inputs.',
  );
