import { type IsonoiseError, unpackError } from '@isonoise/error';
import {
  type Denoiser,
  type ResumeRequest,
  type SampleRequest,
  type SampleStep,
  toSampleStep,
  toSamplingStart,
} from '@isonoise/sampler';
import { runtimeError } from '../errors.ts';
import type { BatchedSampleContext } from '../sample-context.ts';
import type { Port } from './port.ts';
import { type CallMessage, type OpenRequest, type ReplyMessage, STEPS_GRANTED } from './protocol.ts';
import { StepInbox } from './step-inbox.ts';

/** What is told of a call. */
interface CallListener {
  step?(x: Float32Array, x0: Float32Array): void;
  done(output: Float32Array | undefined): void;
  failed(reason: unknown): void;
}

/** A message without its id. */
type Call<Options> =
  CallMessage<Options> extends infer M ? (M extends unknown ? Omit<M, 'id'> : never) : never;

/** A thread that ran and ended mostly had too little memory. */
const AFTER_A_CRASH =
  'Load the model again; if it happens again, use a smaller batch (memory) or another provider.';

export interface RemoteModelOptions {
  /** Told when somebody begins to wait for the thread, and when nobody does any more. */
  readonly onBusy?: (busy: boolean) => void;
}

/**
 * A model in another thread, where {@link serveModel} answers. This thread only sends and receives: it is never kept
 * from other work while the network runs.
 */
export class RemoteModel<Options = undefined> {
  readonly #port: Port;
  readonly #onBusy: (busy: boolean) => void;
  readonly #calls = new Map<number, CallListener>();
  #nextId = 0;
  #waiting = 0;
  /** Why no more calls are taken. */
  #ended: IsonoiseError | undefined;
  #closed: Promise<void> | undefined;

  constructor(port: Port, { onBusy = () => {} }: RemoteModelOptions = {}) {
    this.#port = port;
    this.#onBusy = onBusy;
    // Both ends are of this package.
    port.onMessage((message) => this.#receive(message as ReplyMessage));
  }

  /**
   * Makes the session; first of all calls, and once. `request.model` is given away.
   * @throws `RUNTIME_CONTRACT`; what ONNX Runtime threw there; as {@link denoise}
   */
  async open(request: OpenRequest<Options>): Promise<void> {
    await this.#ask({ kind: 'open', request }, [request.model.buffer]);
  }

  /**
   * One call of the network. The arguments are copied, the answer is the caller's.
   * @throws IsonoiseError as the thread threw it; `RUNTIME_WORKER` the thread ended; `RUNTIME_DISPOSED` after `close`
   */
  readonly denoise: Denoiser = async (x, t, labels) => {
    // Copies, also because a view would take all of its buffer along.
    const request = {
      x: new Float32Array(x),
      t: new Float32Array(t),
      ...(labels === undefined ? {} : { labels: new Int32Array(labels) }),
    };
    const output = await this.#ask({ kind: 'denoise', ...request }, [request.x.buffer]);
    if (output === undefined) throw runtimeError('RUNTIME_WORKER', 'denoise: the thread gave no answer.');
    return output;
  };

  /**
   * The run of `sample` of `@isonoise/sampler`, in the model's thread: the same steps, bit for bit. The thread goes a
   * few steps ahead of who takes them, and stops when the generator is returned from.
   *
   * @throws (at the first step) what `sample` throws and {@link denoise} throws; the signal's reason when aborted
   */
  async *sample(
    request: SampleRequest | ResumeRequest,
    { batchSize, signal, clock }: BatchedSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined> {
    const start = toSamplingStart(request);
    const steps = start.plan.steps.length;
    signal?.throwIfAborted();
    const inbox = new StepInbox();
    const began = clock?.();
    const id = this.#begin(
      { kind: 'sample', start, batchSize },
      {
        step: (x, x0) =>
          inbox.push({
            x,
            x0,
            ...(clock === undefined || began === undefined ? {} : { elapsedMs: clock() - began }),
          }),
        done: () => {},
        failed: (reason) => inbox.fail(reason),
      },
    );
    const abort = (): void => inbox.fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      let taken = 0;
      for (let index = start.nextStep; index < steps; index++) {
        const { elapsedMs, ...arrays } = await this.#busyUntil(inbox.take());
        taken++;
        if (taken % STEPS_GRANTED === 0) this.#postIfRunning({ id, kind: 'more', steps: STEPS_GRANTED });
        const [t] = start.plan.steps[index] ?? [Number.NaN];
        yield toSampleStep(start, { index, t, ...arrays }, elapsedMs);
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#postIfRunning({ id, kind: 'stop' });
      this.#calls.delete(id);
    }
  }

  /**
   * Ends calls and runs under way with `RUNTIME_DISPOSED`, and releases the session.
   * @returns once it is released, or the thread is gone; safe to call again
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * The thread is gone: all waiting and later calls get `RUNTIME_WORKER`.
   * @param how completes "the thread that runs the model is gone:"
   * @param advice what the user can do about it; default: what helps where the thread crashed
   */
  fail(how: string, { cause, advice = AFTER_A_CRASH }: { cause?: unknown; advice?: string } = {}): void {
    this.#end(
      runtimeError('RUNTIME_WORKER', `denoise: the thread that runs the model is gone: ${how}. ${advice}`, {
        cause,
      }),
    );
  }

  async #close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const others = [...this.#calls.values()];
    this.#calls.clear();
    const released = this.#ask({ kind: 'close' });
    this.#ended = runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed of. Load it again.');
    for (const { failed } of others) failed(this.#ended);
    // A thread that is gone, or a session that cannot be released, holds nothing that the caller could free.
    await released.catch(() => undefined);
  }

  #end(reason: IsonoiseError): void {
    this.#ended ??= reason;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { failed } of calls) failed(this.#ended);
  }

  #receive(message: ReplyMessage): void {
    const { id, kind } = message;
    // A run that was stopped may still have sent steps.
    const call = this.#calls.get(id);
    if (kind === 'steps') {
      for (const { x, x0 } of message.steps) call?.step?.(x, x0);
      return;
    }
    this.#calls.delete(id);
    if (kind === 'done') call?.done(message.output);
    else call?.failed(unpackError(message.error));
  }

  #ask(call: Call<Options>, transfer: readonly ArrayBuffer[] = []): Promise<Float32Array | undefined> {
    return this.#busyUntil(
      new Promise((resolve, reject) => {
        this.#begin(call, { done: resolve, failed: reject }, transfer);
      }),
    );
  }

  /** @returns the call's id. @throws why no more calls are taken */
  #begin(call: Call<Options>, listener: CallListener, transfer: readonly ArrayBuffer[] = []): number {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextId++;
    this.#port.post({ ...call, id }, transfer);
    this.#calls.set(id, listener);
    return id;
  }

  /** To a run under way; there is nothing to say once it is done, or the thread gone. */
  #postIfRunning(message: CallMessage<Options>): void {
    if (this.#calls.has(message.id)) this.#port.post(message, []);
  }

  async #busyUntil<T>(promise: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#onBusy(true);
    try {
      return await promise;
    } finally {
      if (--this.#waiting === 0) this.#onBusy(false);
    }
  }
}
