import {
  identityOrder,
  isIdentity,
  type Order,
  permutationBetween,
  permute,
  type Shape,
  sameOrder,
  sizeOf,
} from './layout.ts';
import { Copies, Recorder } from './recorder.ts';
import type { TracedType, TracedValue } from './value.ts';

/**
 * Gives the rules access to the recorded graph: it creates values, and finds or creates the form that a node needs.
 */
export class Tracer {
  readonly recorder: Recorder;

  constructor(copies: Copies = new Copies()) {
    this.recorder = new Recorder(copies);
  }

  /** A value that the graph computes, stored in the given order. */
  computed(
    shape: Shape,
    dtype: TracedType,
    name: string,
    order: Order = identityOrder(shape.length),
  ): TracedValue {
    return { shape, dtype, forms: [{ order, name }] };
  }

  fill(value: number, shape: Shape, dtype: TracedType): TracedValue {
    return { shape, dtype, forms: [], fill: value };
  }

  /** Makes a constant; a fill if all values are equal. */
  constant(values: ArrayLike<number>, shape: Shape, dtype: TracedType): TracedValue {
    const first = values[0];
    // Object.is distinguishes 0 from −0.
    if (first !== undefined && Array.prototype.every.call(values, (value) => Object.is(value, first))) {
      return this.fill(Number(first), shape, dtype);
    }
    return { shape, dtype, forms: [], values };
  }

  /** Returns `value`, broadcast to a larger shape. An Expand is written only if a node cannot broadcast. */
  broadcast(value: TracedValue, shape: Shape): TracedValue {
    if (value.fill !== undefined) return this.fill(value.fill, shape, value.dtype);
    return { shape, dtype: value.dtype, forms: [], broadcastFrom: value.broadcastFrom ?? value };
  }

  /** The order in which a value was made; using this order costs nothing. */
  orderOf(value: TracedValue): Order {
    return value.forms[0]?.order ?? identityOrder(value.shape.length);
  }

  hasOrder(value: TracedValue, order: Order): boolean {
    return value.forms.some((form) => sameOrder(form.order, order));
  }

  /** Name of the value in row-major order, as in tfjs. */
  plain(value: TracedValue): string {
    return this.inOrder(value, identityOrder(value.shape.length));
  }

  /** Name of the value in a physical order, transposed from an existing form if necessary. */
  inOrder(value: TracedValue, order: Order): string {
    const existing = value.forms.find((form) => sameOrder(form.order, order));
    if (existing !== undefined) return existing.name;
    const [source = this.#materialize(value)] = value.forms;
    const name = this.recorder.transpose(source.name, permutationBetween(source.order, order));
    if (!value.forms.some((form) => sameOrder(form.order, order))) value.forms.push({ order, name });
    return name;
  }

  /** Writes a lazy value to the graph. */
  #materialize(value: TracedValue): { order: Order; name: string } {
    const form = { order: identityOrder(value.shape.length), name: this.#written(value) };
    value.forms.push(form);
    return form;
  }

  #written(value: TracedValue): string {
    const { shape, dtype, fill, values, broadcastFrom } = value;
    const { recorder } = this;
    if (values !== undefined) return recorder.constant(dtype, shape, values);
    if (broadcastFrom !== undefined) {
      return recorder.op('Expand', [this.plain(broadcastFrom), recorder.int64(shape)], shape);
    }
    if (fill === undefined)
      throw new Error('trace: a value without contents; expected a form, a fill or values');
    const scalar = recorder.constant(dtype, [], [fill]);
    return shape.length === 0 ? scalar : recorder.op('Expand', [scalar, recorder.int64(shape)], shape);
  }

  /**
   * Returns the name of an operand for a broadcasting node whose result has `shape` in `order`. Scalars stay scalars. An
   * operand smaller than the result is reshaped, not expanded.
   */
  operand(value: TracedValue, shape: Shape, order: Order): string {
    if (value.forms.length === 0) {
      if (value.fill !== undefined) return this.recorder.constant(value.dtype, [], [value.fill]);
      if (value.broadcastFrom !== undefined) return this.operand(value.broadcastFrom, shape, order);
    }
    const missing = shape.length - value.shape.length;
    if (missing === 0) return this.inOrder(value, order);
    const own = order.filter((axis) => axis >= missing).map((axis) => axis - missing);
    const padded = [...Array<number>(missing).fill(1), ...value.shape];
    const physical = permute(padded, order);
    const leading = physical.findIndex((size) => size !== 1);
    const name = this.inOrder(value, sizeOf(value.shape) === 1 ? identityOrder(own.length) : own);
    return this.recorder.reshape(name, leading === -1 ? [] : physical.slice(leading));
  }

  /**
   * Returns the order in which an elementwise node over these operands moves the fewest bytes: an order that all of the
   * largest operands have. If such an order does not exist, it is the first order of the largest operands that is not row-major.
   */
  commonOrder(operands: readonly TracedValue[], shape: Shape): Order {
    const rank = shape.length;
    const size = Math.max(
      ...operands.map((value) => (value.shape.length === rank ? sizeOf(value.shape) : 0)),
    );
    const largest = operands.filter(
      (value) => value.forms.length > 0 && value.shape.length === rank && sizeOf(value.shape) === size,
    );
    const [first] = largest;
    if (first === undefined) return identityOrder(rank);
    const shared = first.forms.find(({ order }) => largest.every((value) => this.hasOrder(value, order)));
    if (shared !== undefined) return shared.order;
    const orders = largest.map((value) => this.orderOf(value));
    return orders.find((order) => !isIdentity(order)) ?? identityOrder(rank);
  }
}
