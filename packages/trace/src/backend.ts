import * as tf from '@tensorflow/tfjs-core';
import { TraceError } from './errors.ts';
import { rules } from './rules/index.ts';
import { Tracer } from './tracer.ts';
import type { TracedType, TracedValue } from './value.ts';

export const BACKEND_NAME = 'isonoise-trace';

/**
 * A tfjs backend that computes nothing: it keeps, for each tensor, what is known about it, and its kernels write ONNX
 * nodes. One instance records one graph.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly tracer: Tracer = new Tracer();
  readonly #values = new Map<object, TracedValue>();

  /** Hands a value to tfjs. */
  adopt(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** What a tensor of this backend stands for. */
  tracedValue({ dataId, shape }: Pick<tf.TensorInfo, 'dataId' | 'shape'>): TracedValue {
    const value = this.#values.get(dataId);
    if (value === undefined) throw new Error(`trace: a tensor of shape [${shape}] is not of this trace`);
    return value;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.adopt(this.tracer.constant(values as ArrayLike<number>, shape, tracedType(dtype))).dataId;
  }

  /** Takes over a tensor that another backend holds: it becomes a constant of the graph. */
  override move(dataId: tf.DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#values.set(dataId, this.tracer.constant(values as ArrayLike<number>, shape, tracedType(dtype)));
  }

  override readSync(dataId: object): tf.BackendValues {
    const value = this.#values.get(dataId);
    if (value?.fill !== undefined) {
      const size = value.shape.reduce((product, axis) => product * axis, 1);
      return new Float32Array(size).fill(value.fill);
    }
    if (value?.values !== undefined) return Float32Array.from(value.values);
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
  override disposeData(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override numDataIds(): number {
    return this.#values.size;
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
  }
}

function tracedType(dtype: tf.DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(
    'TRACE_ATTRIBUTE_UNSUPPORTED',
    `trace: tensors of type ${dtype} have no ONNX counterpart here`,
  );
}

/** Registers every rule as a kernel of the backend; calling it again does nothing. */
export function registerRules(): void {
  for (const [kernelName, rule] of Object.entries(rules)) {
    if (tf.getKernel(kernelName, BACKEND_NAME) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const traceBackend = backend as TraceBackend;
        const { tracer } = traceBackend;
        tracer.recorder.kernel = kernelName;
        const values = Object.fromEntries(
          Object.entries(inputs).flatMap(([name, tensor]) =>
            tensor ? [[name, traceBackend.tracedValue(tensor)]] : [],
          ),
        );
        const result = rule(tracer, values, attrs ?? {}, kernelName);
        return Array.isArray(result)
          ? result.map((value) => traceBackend.adopt(value))
          : traceBackend.adopt(result);
      },
    });
  }
}
