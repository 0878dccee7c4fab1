import { plural } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from './layout.ts';
import type { KernelCall, Program, ProgramValue, Source } from './program.ts';

/**
 * The same item in three runs. The first two define how numbers depend on the size. The third is compared with them.
 */
type Triple<T> = readonly [first: T, second: T, third: T];

const each = <T, U>([a, b, c]: Triple<T>, of: (one: T) => U): Triple<U> => [of(a), of(b), of(c)];

/**
 * Compares runs of a function at different sizes of its named dimension. Whole numbers in shapes and attributes may
 * depend linearly on the size. Kernels, inputs and constants must be equal.
 *
 * @param programs two runs that define the linear functions (pass the same run twice to require equal
 *   numbers), and the run that is compared with them
 * @returns a description of the first difference; undefined if there is none
 */
export function differenceOf(programs: Triple<Program>): string | undefined {
  const sizes = each(programs, ({ size }) => size);
  const counts = each(programs, ({ outputs }) => outputs.length);
  if (counts[0] !== counts[2]) return `${counts[0]} results, then ${counts[2]}`;
  const pending = [...programs[0].outputs.keys()].map((i) =>
    each(programs, ({ outputs }) => outputs[i] as ProgramValue),
  );
  const compared = new Map<KernelCall, Set<KernelCall>>();
  for (let values = pending.pop(); values !== undefined; values = pending.pop()) {
    const shapes = each(values, ({ shape }) => shape);
    if (!differOnlyBySize(shapes, sizes))
      return `a tensor ${inTurn(each(shapes, (shape) => `of shape [${shape}]`))}`;
    const [dtype, , otherDtype] = each(values, (value) => value.dtype);
    if (dtype !== otherDtype) return `a tensor of type ${dtype}, then of type ${otherDtype}`;
    const sources = each(withoutViews(values, sizes), ({ source }) => source);
    const [a, b, c] = sources;
    if (a.kind !== 'kernel' || b.kind !== 'kernel' || c.kind !== 'kernel') {
      if (sameLeaf(a, c)) continue;
      return leafDifference(sources);
    }
    const calls: Triple<KernelCall> = [a.call, b.call, c.call];
    const partners = compared.get(a.call) ?? new Set();
    if (partners.has(c.call) && a.output === c.output) continue;
    compared.set(a.call, partners.add(c.call));
    const inputs = each(calls, (call) => call.inputs.map(([name]) => name).join());
    if (a.call.kernel !== c.call.kernel || a.output !== c.output || inputs[0] !== inputs[2]) {
      return kernelDifference(a, c);
    }
    const attrs = attributesOf(calls, sizes);
    if (!differOnlyBySize(attrs, sizes)) {
      return `kernel ${a.call.kernel} ${inTurn(each(attrs, (one) => `with ${JSON.stringify(one)}`))}`;
    }
    for (const i of a.call.inputs.keys()) {
      pending.push(each(calls, (call) => call.inputs[i]?.[1] as ProgramValue));
    }
  }
  return undefined;
}

/**
 * Returns the attributes of each call. For a sum, returns its axes without axes of size 1, because tfjs sometimes omits
 * these.
 */
function attributesOf(calls: Triple<KernelCall>, sizes: Triple<number>): Triple<object> {
  if (calls[0].kernel !== tf.Sum) return each(calls, ({ attrs }) => attrs);
  const shapes = each(calls, ({ inputs }) => inputs[0]?.[1].shape ?? []);
  const atThird = shapes[0].map((size, axis) => lineAt(size, shapes[1][axis] ?? size, sizes));
  const long = ({ attrs }: KernelCall, shape: readonly (number | undefined)[]): object => {
    const { axis } = attrs as tf.SumAttrs;
    return tf.util.parseAxisParam(axis, [...shape] as number[]).filter((one) => shape[one] !== 1);
  };
  return [long(calls[0], atThird), long(calls[1], atThird), long(calls[2], shapes[2])];
}

function sameLeaf(a: Source, b: Source): boolean {
  if (a.kind === 'input' && b.kind === 'input') return a.name === b.name;
  if (a.kind === 'outside' && b.kind === 'outside') return a.dataId === b.dataId;
  if (a.kind !== 'constant' || b.kind !== 'constant' || a.values.length !== b.values.length) return false;
  return Array.prototype.every.call(a.values, (value, i) => Object.is(value, b.values[i]));
}

/**
 * Joins the texts of the first and the third run. If they are equal, the difference is in the second run, so its text is
 * included.
 */
const inTurn = ([a, b, c]: Triple<string>): string =>
  a === c ? `${a}, then ${b}, and again ${c}` : `${a}, then ${c}`;

/** Describes a difference between sources of which at least one is not a kernel. */
function leafDifference(sources: Triple<Source>): string {
  const [a, , c] = sources;
  if (a.kind === 'outside' && c.kind === 'outside') return `${described(a)}, then a different one`;
  if (a.kind === 'constant' && c.kind === 'constant' && a.values.length === c.values.length) {
    const index = Array.prototype.findIndex.call(a.values, (value, i) => !Object.is(value, c.values[i]));
    if (index >= SHOWN)
      return `a constant with ${numberText(a.values[index])} at index ${index}, then with ${numberText(c.values[index])}`;
  }
  return inTurn(each(sources, described));
}

/** Describes a difference between the kernels, their used outputs or the names of their inputs. */
function kernelDifference(a: KernelSource, c: KernelSource): string {
  if (a.call.kernel !== c.call.kernel || a.call.inputs.length !== c.call.inputs.length)
    return `${described(a)}, then ${described(c)}`;
  if (a.output !== c.output) return `output ${a.output} of kernel ${a.call.kernel}, then output ${c.output}`;
  const names = ({ call }: KernelSource): string => call.inputs.map(([name]) => name).join(', ');
  return `kernel ${a.call.kernel} with the inputs ${names(a)}, then with ${names(c)}`;
}

type KernelSource = Extract<Source, { kind: 'kernel' }>;

/** Largest number of values of a constant in a message. */
const SHOWN = 4;

function described(source: Source): string {
  if (source.kind === 'kernel')
    return `kernel ${source.call.kernel} over ${plural(source.call.inputs.length, 'tensor')}`;
  if (source.kind === 'input') return `the input ${source.name}`;
  if (source.kind === 'outside') return 'a tensor made outside the function';
  const { values } = source;
  const shown = Array.from({ length: Math.min(values.length, SHOWN) }, (_, i) => numberText(values[i]));
  return `the constant ${shown.join(', ')}${values.length > SHOWN ? `, … (${values.length} values)` : ''}`;
}

const numberText = (value: number | undefined): string => (Object.is(value, -0) ? '-0' : String(value));

/** Kernels that keep the values and change at most the shape. */
const VIEWS: ReadonlySet<string> = new Set([tf.Reshape, tf.ExpandDims, tf.Identity]);

/**
 * Kernels that keep the values if they do not change the number of values. tfjs sometimes omits such calls, because
 * their axes have size 1.
 */
const VIEWS_OF_ONES: ReadonlySet<string> = new Set([tf.Sum, tf.Tile, tf.BroadcastTo]);

/** Replaces views with the values that they show. The shape of a view is compared where the view is used. */
function withoutViews(values: Triple<ProgramValue>, sizes: Triple<number>): Triple<ProgramValue> {
  let [a, b, c] = values;
  for (;;) {
    const [under, underToo] = [underView(a), underView(b)];
    if (under === undefined || underToo === undefined) break;
    const counts = [countAt(a, b, sizes), countAt(under, underToo, sizes)];
    if (!isView(a, under, counts)) break;
    [a, b] = [under, underToo];
  }
  for (let under = underView(c); under !== undefined; under = underView(c)) {
    if (!isView(c, under, [sizeOf(c.shape), sizeOf(under.shape)])) break;
    c = under;
  }
  return [a, b, c];
}

const underView = ({ source }: ProgramValue): ProgramValue | undefined =>
  source.kind === 'kernel' ? source.call.inputs[0]?.[1] : undefined;

function isView(
  { source, dtype }: ProgramValue,
  under: ProgramValue,
  counts: readonly (number | undefined)[],
): boolean {
  if (source.kind !== 'kernel') return false;
  if (VIEWS.has(source.call.kernel)) return true;
  return VIEWS_OF_ONES.has(source.call.kernel) && dtype === under.dtype && counts[0] === counts[1];
}

/** Number of values at the third size. */
function countAt(a: ProgramValue, b: ProgramValue, sizes: Triple<number>): number | undefined {
  const shape: (number | undefined)[] = a.shape.map((size, axis) =>
    lineAt(size, b.shape[axis] ?? size, sizes),
  );
  return shape.includes(undefined) ? undefined : sizeOf(shape as Shape);
}

/**
 * Extrapolates a whole number linearly to the third size; undefined if the slope between the first two runs is not
 * an integer.
 */
function lineAt(first: number, second: number, sizes: Triple<number>): number | undefined {
  if (first === second) return first;
  const slope = (second - first) / (sizes[1] - sizes[0]);
  return Number.isInteger(slope) ? first + slope * (sizes[2] - sizes[0]) : undefined;
}

/**
 * Whether shapes or attributes agree. A number of the third run must be the linear extrapolation of the first two. All
 * other values, and the keys, are compared in the first and the third run only.
 */
function differOnlyBySize(values: Triple<unknown>, sizes: Triple<number>): boolean {
  const [a, b, c] = values;
  if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number') {
    const line = Object.is(a, b) ? a : lineAt(a, b, sizes);
    // A number whose slope is not an integer, such as a pooled size, is accepted here. `generaliseBatch` rejects it
    // if the graph needs it.
    return line === undefined || line === c || (Number.isNaN(line) && Number.isNaN(c));
  }
  if (!isObject(a) || !isObject(b) || !isObject(c)) return a === c;
  const keys = each([a, b, c], (object) => Object.keys(object).filter((key) => object[key] !== undefined));
  if (keys[0].join() !== keys[2].join()) return false;
  return keys[0].every((key) => differOnlyBySize([a[key], b[key], c[key]], sizes));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
