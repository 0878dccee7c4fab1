import type { IsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { traceError } from './errors.ts';
import { sizeOf } from './layout.ts';
import { MadeVariables } from './made-variables.ts';
import type { KernelCall, ProgramValue, Source } from './program.ts';
import { Copies } from './recorder.ts';
import { Refusals } from './refusals.ts';
import { rules } from './rules/index.ts';
import type { Rule, Signature } from './rules/rule.ts';
import { Tracer } from './tracer.ts';
import { type TracedType, type TracedValue, tracedType } from './value.ts';

export const BACKEND_NAME = 'isonoise-trace';

/**
 * A tfjs backend that computes nothing. It stores the known facts about each tensor, and its kernels write ONNX nodes.
 * Tensors of other backends are copied, never moved.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly variables: MadeVariables;
  readonly #copies = new Copies();
  /** Copies of the values of outside tensors, by the data of these tensors. */
  readonly #outside = new Map<object, tf.TypedArray>();
  #run: Run = newRun(this.#copies);

  /** @param home the backend on which the function would run */
  constructor(home?: tf.KernelBackend) {
    super();
    this.variables = new MadeVariables(home);
  }

  /** Begins a new graph; tensors of the previous graph become unknown. */
  begin(): void {
    this.#run = newRun(this.#copies);
  }

  get tracer(): Tracer {
    return this.#run.tracer;
  }

  get refusals(): Refusals {
    return this.#run.refusals;
  }

  /** Registers a value and returns its tfjs handle. */
  adopt(value: TracedValue, source: Source): tf.TensorInfo {
    const dataId = {};
    this.#run.sources.set(dataId, source);
    this.#run.values.set(dataId, value);
    this.#run.references.set(dataId, 1);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** Returns the traced value of a tensor. */
  tracedValue({ dataId, shape, dtype }: tf.TensorInfo): TracedValue {
    const value = this.#run.values.get(dataId);
    if (value !== undefined) return value;
    const copies = this.#run.copies.get(dataId) ?? new Map<string, TracedValue>();
    this.#run.copies.set(dataId, copies);
    const key = `${dtype}[${shape}]`;
    const copy = copies.get(key) ?? this.#copied(dataId, shape, tracedType(dtype));
    copies.set(key, copy);
    return copy;
  }

  /** Returns the value of a tensor in the recorded program. */
  programValue({ dataId, shape, dtype }: tf.TensorInfo): ProgramValue {
    const values = this.variables.use(dataId);
    const outside: Source = values === undefined ? { kind: 'outside', dataId } : { kind: 'constant', values };
    return { shape, dtype, source: this.#run.sources.get(dataId) ?? outside };
  }

  /** The values of a tensor; undefined if they are not known while tracing. */
  knownValues(dataId: object): tf.TypedArray | undefined {
    const { fill, values, shape, dtype } = this.#run.values.get(dataId) ?? {};
    if (shape === undefined || dtype === undefined) return undefined;
    if (fill !== undefined) return ARRAY[dtype](new Float64Array(sizeOf(shape)).fill(fill));
    return values && ARRAY[dtype](values);
  }

  /** Copies a tensor of another backend into a constant of the graph. */
  #copied(dataId: object, shape: readonly number[], dtype: TracedType): TracedValue {
    const held = tf.engine().state.tensorInfo.get(dataId);
    if (held === undefined || held.backend instanceof TraceBackend) {
      throw traceError(
        'TRACE_VALUE_READ',
        `trace: the function uses a tensor of shape [${shape}] that was disposed of or made by an earlier trace; ` +
          'expected a live tensor. Make it inside the function, or keep it alive.',
      );
    }
    const values = this.#outside.get(dataId) ?? numbers(tf.engine().readSync(dataId));
    this.#outside.set(dataId, values);
    return this.tracer.constant(values, shape, dtype);
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const given = numbers(values);
    const constant = this.tracer.constant(given, shape, tracedType(dtype));
    // The values are copied, because the function may reuse its array. A fill does not need a copy.
    const value = constant.values === undefined ? constant : { ...constant, values: given.slice() };
    const source: Source = {
      kind: 'constant',
      values: value.fill === undefined ? (value.values ?? []) : [value.fill],
    };
    return this.adopt(value, source).dataId;
  }

  override readSync(dataId: object): tf.BackendValues {
    const known = this.knownValues(dataId);
    if (known !== undefined) return known;
    throw this.refusals.keep(this.#unreadable(this.#run.values.get(dataId)));
  }

  #unreadable(value: TracedValue | undefined): IsonoiseError {
    return traceError(
      'TRACE_VALUE_READ',
      `trace: the function reads the values of a tensor of shape [${value?.shape}] (dataSync, data, array…); expected ` +
        'only tfjs ops, because nothing is computed while tracing. Write everything that depends on values as tfjs ops.',
    );
  }

  /**
   * The promise never settles if the values are unknown. The trace has failed then, and an unhandled rejection would end
   * the process.
   */
  override read(dataId: object): Promise<tf.BackendValues> {
    const value = this.#run.values.get(dataId);
    if (value?.fill !== undefined || value?.values !== undefined)
      return Promise.resolve(this.readSync(dataId));
    // A read inside a kernel comes from tfjs's profiler, which looks for NaN.
    if (tf.engine().state.kernelDepth === 0)
      this.refusals.keep(this.#unreadable(this.#run.values.get(dataId)));
    return new Promise(() => undefined);
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['No values are stored while a function is traced.'] };
  }
  override time(query: () => void): Promise<tf.BackendTimingInfo> {
    query();
    return Promise.resolve({ kernelMs: 0 });
  }

  // Values are kept until the next graph begins: a rule may need a forward value after tfjs has disposed of it.
  override disposeData(dataId: object, force = false): boolean {
    const left = force ? 0 : this.refCount(dataId) - 1;
    if (left > 0) this.#run.references.set(dataId, left);
    else this.#run.references.delete(dataId);
    return left <= 0;
  }
  override refCount(dataId: object): number {
    return this.#run.references.get(dataId) ?? 0;
  }
  override incRef(dataId: object): void {
    // A variable made from an outside tensor shares its data. The backend of that tensor counts the references to the data.
    const { backend } = tf.engine().state.tensorInfo.get(dataId) ?? { backend: this };
    if (backend === this) this.#run.references.set(dataId, this.refCount(dataId) + 1);
    else backend.incRef(dataId);
  }
  /**
   * Always returns 0. If the flag IS_TEST is set, tfjs compares this number before and after each kernel, and expects a
   * reshape to share the data of its input. On this backend, the result of a reshape has its own data.
   */
  override numDataIds(): number {
    return 0;
  }
  // If the backend had no timer, tfjs's profiler would read every result.
  override timerAvailable(): boolean {
    return true;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {
    this.#outside.clear();
    this.begin();
  }
}

/** State of one run of a function. */
interface Run {
  readonly tracer: Tracer;
  readonly refusals: Refusals;
  readonly values: Map<object, TracedValue>;
  /** Source of each value in the recorded program. */
  readonly sources: Map<object, Source>;
  /** Number of tensors that share each value, as tfjs counts them. */
  readonly references: Map<object, number>;
  /**
   * Copies of outside tensors by data, and then by type and shape, because several tfjs tensors can share the same data.
   */
  readonly copies: Map<object, Map<string, TracedValue>>;
}

const newRun = (constants: Copies): Run => ({
  tracer: new Tracer(constants),
  refusals: new Refusals(),
  values: new Map(),
  sources: new Map(),
  references: new Map(),
  copies: new Map(),
});

/** Converts values to the array type that tfjs returns for each element type. */
const ARRAY: { readonly [T in TracedType]: (values: ArrayLike<number>) => tf.TypedArray } = {
  float32: (values) => Float32Array.from(values),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
};

/** Values as numbers; `tracedType` rejects tensors of any other type. */
function numbers(values: tf.BackendValues): tf.TypedArray {
  return Array.isArray(values) ? Float32Array.from(values.map(Number)) : (values as tf.TypedArray);
}

/** Registers every rule as a kernel of the backend. Further calls do nothing. */
export function registerRules(): void {
  for (const [kernelName, typed] of Object.entries(rules)) {
    // tfjs calls all kernels with one untyped signature. Its types guarantee the inputs that `Kernels` declares.
    const rule = typed as Rule<Signature>;
    if (tf.getKernel(kernelName, BACKEND_NAME) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const traceBackend = backend as TraceBackend;
        const { tracer } = traceBackend;
        tracer.recorder.kernel = kernelName;
        // Identity shares the data of its input, as in tfjs's own backends.
        const [copied] = kernelName === tf.Identity ? Object.values(inputs) : [];
        if (copied !== undefined && traceBackend.refCount(copied.dataId) > 0) {
          traceBackend.incRef(copied.dataId);
          return { dataId: copied.dataId, shape: copied.shape, dtype: copied.dtype };
        }
        const traced = (tensor: tf.TensorInfo): TracedValue => traceBackend.tracedValue(tensor);
        const values = Array.isArray(inputs)
          ? inputs.map(traced)
          : Object.fromEntries(
              Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [[name, traced(tensor)]] : [])),
            );
        const result = rule(tracer, values, attrs ?? {}, kernelName);
        const call: KernelCall = {
          kernel: kernelName,
          attrs: attrs ?? {},
          inputs: Object.entries(inputs).flatMap(([name, tensor]) =>
            tensor ? [[name, traceBackend.programValue(tensor)] as const] : [],
          ),
        };
        const adopt = (value: TracedValue, output: number): tf.TensorInfo =>
          traceBackend.adopt(value, { kind: 'kernel', call, output });
        return Array.isArray(result) ? result.map(adopt) : adopt(result, 0);
      },
    });
  }
}
