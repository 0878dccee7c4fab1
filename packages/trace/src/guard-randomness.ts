import type { IsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { traceError } from './errors.ts';
import type { Overrides } from './overrides.ts';
import type { Refusals } from './refusals.ts';

/**
 * Functions that return a different value on each call, as paths from the global object. Paths that the platform does not
 * have are skipped.
 */
const UNREPEATABLE = [
  ['Math', 'random'],
  ['crypto', 'getRandomValues'],
  ['crypto', 'randomUUID'],
  ['Date', 'now'],
  ['performance', 'now'],
  ['process', 'hrtime', 'bigint'],
  ['process', 'hrtime'],
] as const;

type Callable = (...args: unknown[]) => unknown;

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * Refuses random numbers and clocks while a function runs, because their values would become constants of the graph.
 * tfjs's clock stays available to tf.time and tf.profile.
 *
 * @param isLate if true, a refused call returns its value, and the run is refused at its end; if false, the
 *   call throws
 */
export function guardRandomness(overrides: Overrides, refusals: Refusals, isLate: boolean): void {
  let isTfjsClock = false;
  const refuse = (call: string): void => {
    const error = refusals.keep(randomness(call));
    if (!isLate) throw error;
  };
  const refused = (name: string, original: Callable): Callable =>
    new Proxy(original, {
      apply: (target, self, args) => {
        if (!isTfjsClock) refuse(name);
        return Reflect.apply(target, self, args);
      },
    });
  for (const path of UNREPEATABLE) {
    const key = path.at(-1) as string;
    const owner = path.slice(0, -1).reduce<unknown>((value, step) => {
      return isObject(value) ? Reflect.get(value, step) : undefined;
    }, globalThis);
    const original = isObject(owner) ? owner[key] : undefined;
    if (!isObject(owner) || typeof original !== 'function') continue;
    overrides.set(owner, key, refused(path.join('.'), original as Callable));
  }
  overrides.set(
    globalThis,
    'Date',
    new Proxy(Date, {
      apply: (target, self, args) => {
        refuse('Date()');
        return Reflect.apply(target, self, args);
      },
      construct: (target, args, newTarget) => {
        if (args.length === 0) refuse('new Date()');
        return Reflect.construct(target, args, newTarget);
      },
    }),
  );
  const { platform } = tf.env();
  const engine = tf.engine();
  const [now, time] = [platform.now.bind(platform), engine.time.bind(engine)];
  let isTimed = false;
  overrides.set(engine, 'time', (query) => {
    isTimed = true;
    try {
      return time(() => {
        isTimed = false;
        query();
      });
    } finally {
      isTimed = false;
    }
  });
  overrides.set(platform, 'now', () => {
    // The profiler reads this clock before and after each kernel, and tf.time reads it before its query.
    if (!isTimed && engine.state.kernelDepth === 0) refuse('tf.util.now');
    isTfjsClock = true;
    try {
      return now();
    } finally {
      isTfjsClock = false;
    }
  });
}

function randomness(call: string): IsonoiseError {
  // tfjs names the scope of each op after the op.
  const scope = tf.engine().state.scopeStack.find(({ name }) => name.endsWith('__op'));
  const by = scope === undefined ? call : `tf.${scope.name.slice(0, -'__op'.length)} (${call})`;
  return traceError(
    'TRACE_RANDOM',
    `trace: the function calls ${by}, which returns a different value each time; expected the same values on every run, ` +
      'because the values of the trace become constants. Make such values outside the function, and pass them as an input.',
  );
}
