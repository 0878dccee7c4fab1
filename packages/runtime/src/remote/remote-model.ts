import { type IsonoiseError, unpackError } from '@isonoise/error';
import {
  type Denoiser,
  type ResumeRequest,
  type SampleRequest,
  type SampleStep,
  sampleStepsOf,
  toSamplingStart,
} from '@isonoise/sampler';
import { runtimeError } from '../errors.ts';
import type { BatchedSampleContext } from '../sample-context.ts';
import type { Port } from './port.ts';
import {
  type CallMessage,
  type OpenRequest,
  type PostedStep,
  type ReplyMessage,
  STEPS_GRANTED,
} from './protocol.ts';
import { StepInbox } from './step-inbox.ts';

/** Receives the replies to a call. */
interface CallListener {
  step?(step: PostedStep): void;
  done(output: Float32Array | undefined): void;
  failed(reason: unknown): void;
}

/** A message without its id. */
type Call<Options> =
  CallMessage<Options> extends infer M ? (M extends unknown ? Omit<M, 'id'> : never) : never;

/** Advice after a crash. The usual cause is too little memory. */
const AFTER_A_CRASH =
  'Load the model again. If it crashes again, use a smaller batch, which needs less memory, or a different provider.';

export interface RemoteModelOptions {
  /** Called with true when a first call starts to wait for the thread, and with false when no call waits any longer. */
  readonly onBusy?: (busy: boolean) => void;
}

/**
 * A model in a separate thread, where {@link serveModel} runs. The caller's thread only sends and receives messages,
 * so the network never blocks it.
 */
export class RemoteModel<Options = undefined> {
  readonly #port: Port;
  readonly #onBusy: (busy: boolean) => void;
  readonly #calls = new Map<number, CallListener>();
  #nextId = 0;
  #waiting = 0;
  /** Reason why new calls are rejected; undefined while they are accepted. */
  #ended: IsonoiseError | undefined;
  #closed: Promise<void> | undefined;

  constructor(port: Port, { onBusy = () => {} }: RemoteModelOptions = {}) {
    this.#port = port;
    this.#onBusy = onBusy;
    // `serveModel` of this package sends the messages, so their type is known.
    port.onMessage((message) => this.#receive(message as ReplyMessage));
  }

  /**
   * Creates the session. Must be called once, before all other methods. The buffer of `request.model` is transferred.
   *
   * @throws `RUNTIME_CONTRACT` if the graph does not fit the contract; errors of ONNX Runtime in the thread; errors of
   *   {@link denoise}
   */
  async open(request: OpenRequest<Options>): Promise<void> {
    await this.#ask({ kind: 'open', request }, [request.model.buffer]);
  }

  /**
   * Runs the network once. The arguments are copied; the caller owns the result.
   *
   * @throws errors of the thread; `RUNTIME_WORKER` if the thread has ended; `RUNTIME_DISPOSED` after `close`
   */
  readonly denoise: Denoiser = async (x, t, condition) => {
    // The arguments are copied, because transferring a view would transfer its whole buffer.
    const request = {
      x: new Float32Array(x),
      t: new Float32Array(t),
      ...(condition === undefined ? {} : { condition: condition.slice() }),
    };
    const output = await this.#ask({ kind: 'denoise', ...request }, [request.x.buffer]);
    if (output === undefined) throw runtimeError('RUNTIME_WORKER', 'denoise: the thread returned no output.');
    return output;
  };

  /**
   * Runs `sample` of `@isonoise/sampler` in the model's thread. A run in the caller's thread yields bit-identical
   * steps. The model's thread computes a few steps ahead of the consumer, and stops when the generator returns.
   *
   * @throws at the first step, the errors of `sample` and {@link denoise}; the signal's reason if aborted
   */
  async *sample(
    request: SampleRequest | ResumeRequest,
    { batchSize, signal, clock }: BatchedSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined> {
    const start = toSamplingStart(request);
    const toSampleStep = sampleStepsOf(start);
    const steps = start.plan.steps.length;
    signal?.throwIfAborted();
    const inbox = new StepInbox();
    const began = clock?.();
    const id = this.#begin(
      { kind: 'sample', start, batchSize },
      {
        step: (step) =>
          inbox.push({
            ...step,
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
        yield toSampleStep({ step: index, ...arrays }, elapsedMs);
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#postIfRunning({ id, kind: 'stop' });
      this.#calls.delete(id);
    }
  }

  /**
   * Rejects running calls with `RUNTIME_DISPOSED` and releases the session. Safe to call again.
   *
   * @returns a promise that resolves when the session is released or the thread has ended
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * Reports that the thread has ended. Waiting and later calls then reject with `RUNTIME_WORKER`.
   *
   * @param how reason, which follows "the thread of the model ended:" in the message
   * @param advice what the user can do; default: advice after a crash
   */
  fail(how: string, { cause, advice = AFTER_A_CRASH }: { cause?: unknown; advice?: string } = {}): void {
    this.#end(
      runtimeError('RUNTIME_WORKER', `denoise: the thread of the model ended: ${how}. ${advice}`, {
        cause,
      }),
    );
  }

  async #close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const others = [...this.#calls.values()];
    this.#calls.clear();
    const released = this.#ask({ kind: 'close' });
    this.#ended = runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed. Load it again.');
    for (const { failed } of others) failed(this.#ended);
    // A failure is ignored, because the caller cannot do anything about it.
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
    // The call is undefined if the run was stopped while the message was on its way.
    const call = this.#calls.get(id);
    if (kind === 'steps') {
      for (const step of message.steps) call?.step?.(step);
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

  /** Sends a call. @returns the call's id @throws the reason why calls are rejected */
  #begin(call: Call<Options>, listener: CallListener, transfer: readonly ArrayBuffer[] = []): number {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextId++;
    this.#port.post({ ...call, id }, transfer);
    this.#calls.set(id, listener);
    return id;
  }

  /** Sends a message to a run unless the run or the thread has ended. */
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
