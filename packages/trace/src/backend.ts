import * as tf from '@tensorflow/tfjs-core';
import { TraceError } from './errors.ts';
import { sizeOf } from './layout.ts';
import { rules } from './rules/index.ts';
import type { Rule, Signature } from './rules/rule.ts';
import { Tracer } from './tracer.ts';
import { type TracedType, type TracedValue, tracedType } from './value.ts';

export const BACKEND_NAME = 'isonoise-trace';

/**
 * A tfjs backend that computes nothing: it keeps, for each tensor, what is known about it, and its kernels write ONNX
 * nodes. One instance records one graph. Tensors of other backends are copied, never moved: they stay where they are.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly tracer: Tracer = new Tracer();
  readonly #values = new Map<object, TracedValue>();
  /** Tensors that share each value, as tfjs counts them. */
  readonly #references = new Map<object, number>();
  /** Tensors of other backends, by their data, type and shape: tfjs lets several tensors see the same data. */
  readonly #copies = new Map<object, Map<string, TracedValue>>();

  /** Hands a value to tfjs. */
  adopt(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    this.#references.set(dataId, 1);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** What a tensor stands for. */
  tracedValue({ dataId, shape, dtype }: tf.TensorInfo): TracedValue {
    const value = this.#values.get(dataId);
    if (value !== undefined) return value;
    const copies = this.#copies.get(dataId) ?? new Map<string, TracedValue>();
    this.#copies.set(dataId, copies);
    const key = `${dtype}[${shape}]`;
    const copy = copies.get(key) ?? this.#copied(dataId, shape, tracedType(dtype));
    copies.set(key, copy);
    return copy;
  }

  /** A tensor that another backend holds, as a constant of the graph. */
  #copied(dataId: object, shape: readonly number[], dtype: TracedType): TracedValue {
    const held = tf.engine().state.tensorInfo.get(dataId);
    if (held === undefined || held.backend instanceof TraceBackend) {
      throw new TraceError(
        'TRACE_VALUE_READ',
        `trace: the function uses a tensor of shape [${shape}] that is disposed of, or was made by an earlier trace. ` +
          'Make it inside the function, or keep it alive.',
      );
    }
    return this.tracer.constant(numbers(tf.engine().readSync(dataId)), shape, dtype);
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.adopt(this.tracer.constant(numbers(values), shape, tracedType(dtype))).dataId;
  }

  override readSync(dataId: object): tf.BackendValues {
    const value = this.#values.get(dataId);
    if (value?.fill !== undefined) {
      return ARRAY[value.dtype](new Float64Array(sizeOf(value.shape)).fill(value.fill));
    }
    if (value?.values !== undefined) return ARRAY[value.dtype](value.values);
    throw new TraceError(
      'TRACE_VALUE_READ',
      `trace: the function reads the values of a tensor of shape [${value?.shape}] (dataSync, data, array…), but while ` +
        'tracing nothing is computed. Express what depends on values in tfjs ops.',
    );
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  // Values live as long as the backend: a forward value may be asked for again when tfjs has long disposed of it.
  override disposeData(dataId: object, force = false): boolean {
    const left = force ? 0 : this.refCount(dataId) - 1;
    if (left > 0) this.#references.set(dataId, left);
    else this.#references.delete(dataId);
    return left <= 0;
  }
  override refCount(dataId: object): number {
    return this.#references.get(dataId) ?? 0;
  }
  override incRef(dataId: object): void {
    this.#references.set(dataId, this.refCount(dataId) + 1);
  }
  override numDataIds(): number {
    return this.#references.size;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {
    this.#values.clear();
    this.#references.clear();
    this.#copies.clear();
  }
}

/** Values in the arrays in which tfjs hands them out. */
const ARRAY: { readonly [T in TracedType]: (values: ArrayLike<number>) => tf.TypedArray } = {
  float32: (values) => Float32Array.from(values),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
};

/** Values as numbers; what `tracedType` refuses never gets as far as holding anything else. */
function numbers(values: tf.BackendValues): ArrayLike<number> {
  return Array.isArray(values) ? Float32Array.from(values.map(Number)) : (values as ArrayLike<number>);
}

/** Registers every rule as a kernel of the backend; calling it again does nothing. */
export function registerRules(): void {
  for (const [kernelName, typed] of Object.entries(rules)) {
    // tfjs calls every kernel alike; that it gives each what `Kernels` says is for its own types to promise.
    const rule = typed as Rule<Signature>;
    if (tf.getKernel(kernelName, BACKEND_NAME) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const traceBackend = backend as TraceBackend;
        const { tracer } = traceBackend;
        tracer.recorder.kernel = kernelName;
        const traced = (tensor: tf.TensorInfo): TracedValue => traceBackend.tracedValue(tensor);
        const values = Array.isArray(inputs)
          ? inputs.map(traced)
          : Object.fromEntries(
              Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [[name, traced(tensor)]] : [])),
            );
        const result = rule(tracer, values, attrs ?? {}, kernelName);
        return Array.isArray(result)
          ? result.map((value) => traceBackend.adopt(value))
          : traceBackend.adopt(result);
      },
    });
  }
}
