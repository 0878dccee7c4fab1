import { plural } from '@isonoise/error';
import type { ParameterSpec } from '@isonoise/network';
import { averageSlots } from './averages/average-slots.ts';
import { trainError } from './errors.ts';
import type { OptimizerKind } from './optimizers/kinds.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import { type ParameterPart, partSize } from './optimizers/parameter-parts.ts';

/**
 * A value for each vector that a step updates. The vectors are the parameters `theta`, the slots of the optimizer,
 * and one or two averages of the parameters, `ema` and `ema2`. Sampling and export use `ema`.
 */
export type State<T> = { readonly theta: T; readonly ema: T } & { readonly [slot: string]: T };

/** The state of training, as flat vectors in the order of the parameters. */
export type TrainState = State<Float32Array>;

/** Settings that determine the vectors of a state. */
export interface StateLayout {
  readonly kind: OptimizerKind;
  /** Number of averages of the parameters. Default 1. */
  readonly averages?: 1 | 2 | undefined;
}

/** Lists the vectors of the state in the order of the traced step, each with its part of the parameters. */
function slotParts({
  kind,
  averages,
}: StateLayout): readonly (readonly [slot: string, part: ParameterPart])[] {
  return [
    ['theta', 'all'],
    ...Object.entries(optimizerOf(kind).slots),
    ...averageSlots(averages).map((slot) => [slot, 'all'] as const),
  ];
}

/** Returns the names of the state's vectors, in the order of the traced step. */
export function slotNames(layout: StateLayout): readonly string[] {
  return slotParts(layout).map(([slot]) => slot);
}

/** Returns the lengths of the state's vectors. */
export function slotSizes(
  layout: StateLayout,
  parameters: readonly ParameterSpec[],
): readonly (readonly [slot: string, size: number])[] {
  return slotParts(layout).map(([slot, part]) => [slot, partSize(part, parameters)]);
}

/** Calls a function for each vector of the state, and collects the results. */
export function makeState<T>(layout: StateLayout, of: (slot: string) => T): State<T> {
  return Object.fromEntries(slotNames(layout).map((slot) => [slot, of(slot)])) as State<T>;
}

/** Converts each vector of a state. */
export function mapState<T, U>(state: State<T>, to: (vector: T) => U): State<U> {
  return Object.fromEntries(Object.entries(state).map(([slot, vector]) => [slot, to(vector)])) as State<U>;
}

/** Reads all vectors of a state in parallel. */
export async function readState<T>(
  state: State<T>,
  read: (vector: T) => Promise<Float32Array>,
): Promise<TrainState> {
  const vectors = Object.entries(state).map(async ([slot, vector]) => [slot, await read(vector)] as const);
  return Object.fromEntries(await Promise.all(vectors)) as TrainState;
}

/**
 * Returns the state before the first step. `theta` and the averages are the initial weights, and all slots of the
 * optimizer are 0.
 *
 * @throws `TRAIN_CONFIG` if the network lacks parameters for a slot of the optimizer
 */
export function initialState(
  layout: StateLayout,
  parameters: readonly ParameterSpec[],
  theta: Float32Array,
): TrainState {
  const sizes = new Map(slotSizes(layout, parameters));
  for (const [slot, part] of slotParts(layout)) {
    if (sizes.get(slot) !== 0) continue;
    const missing = part === 'others' ? 'vectors' : part === 'matrices' ? 'matrices' : 'parameters';
    throw trainError(
      'TRAIN_CONFIG',
      `optimizer ${layout.kind}: the network has no ${missing}; expected at least one. Use a different optimizer.`,
    );
  }
  const slots = optimizerOf(layout.kind).slots;
  return makeState(layout, (slot) =>
    Object.hasOwn(slots, slot) ? new Float32Array(sizes.get(slot) ?? 0) : theta.slice(),
  );
}

/**
 * Finds a vector with a wrong length. Slots for the same part of the parameters must have equal lengths. The lengths
 * of all parts must sum to the length of `theta`.
 *
 * @returns a description with the found and the expected length; null if all vectors fit
 */
export function lengthProblem(layout: StateLayout, state: TrainState): string | null {
  const total = state.theta.length;
  const lengths = new Map<ParameterPart, number>([['all', total]]);
  for (const [slot, part] of slotParts(layout)) {
    const length = state[slot]?.length ?? 0;
    const other = part === 'matrices' ? lengths.get('others') : lengths.get('matrices');
    const expected = lengths.get(part) ?? (other === undefined ? length : total - other);
    if (length !== expected)
      return `${slot} has ${plural(length, 'value')}, theta has ${total}; expected ${expected} in ${slot}`;
    lengths.set(part, length);
  }
  return null;
}
