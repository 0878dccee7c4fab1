import { packError } from '@isonoise/error';
import type { Denoiser } from '@isonoise/sampler';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';
import { runtimeError } from '../errors.ts';
import { createSessionDenoiser, type DenoiserSession } from '../session-denoiser.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Port } from './port.ts';
import type { CallMessage, OpenRequest, ReplyMessage } from './protocol.ts';
import { ThreadSampling } from './thread-sampling.ts';

/** A session, and the tensor class of the ONNX Runtime that made it. */
export interface OpenedSession {
  readonly session: DenoiserSession & Pick<InferenceSession, 'release'>;
  readonly Tensor: TensorConstructor;
}

/** What differs between platforms in the thread that runs a model. */
export interface ModelHost<Options = undefined> {
  open(request: Omit<OpenRequest<Options>, 'contract'>): Promise<OpenedSession>;
  /**
   * Goes around each call of native code: opening, and each run of the network. It may refuse, wait before it, or let
   * other messages in. Default: the call alone.
   */
  around?<T>(call: () => Promise<T>): Promise<T>;
  /** Milliseconds from any origin: `performance.now`. */
  clock(): number;
  /** After the session was released: lets the thread end. */
  closed?(): void;
}

/**
 * Answers a {@link RemoteModel} at the other end of `port`: the model and its samplers run in this thread. Calls of the
 * network are made one at a time, in turn where several runs are under way.
 *
 * @throws TypeError (within the port's listener) a message of another protocol
 */
export function serveModel<Options = undefined>(port: Port, host: ModelHost<Options>): void {
  const around = host.around ?? (<T>(call: () => Promise<T>) => call());
  const inTurn = oneAtATime();
  const samplings = new Map<number, ThreadSampling>();
  let asked = false;
  let opened: OpenedSession | undefined;
  let network: Denoiser | undefined;
  let closing = false;

  const denoise: Denoiser = (x, t, labels) =>
    inTurn(() => {
      if (closing) throw runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed of.');
      const ready = network;
      if (ready === undefined) throw runtimeError('RUNTIME_WORKER', 'worker: a run before open.');
      return around(() => ready(x, t, labels));
    });

  async function open({ contract, ...request }: OpenRequest<Options>): Promise<void> {
    // Noted before the first has opened: a second session would never be released.
    if (asked) {
      throw runtimeError(
        'RUNTIME_WORKER',
        'worker: got a second open; a thread has one model, take another.',
      );
    }
    asked = true;
    opened = await inTurn(() => around(() => host.open(request)));
    network = createSessionDenoiser(opened.session, contract, opened.Tensor);
  }

  async function sample({ id, start, batchSize }: CallMessage & { kind: 'sample' }): Promise<void> {
    const sampling = new ThreadSampling(() => host.clock());
    samplings.set(id, sampling);
    try {
      await sampling.run(denoise, start, batchSize, (steps) =>
        post(
          { id, kind: 'steps', steps },
          // The last x is the next step's input, so a copy of it goes.
          steps.flatMap(({ x, x0 }, i) => (i + 1 < steps.length ? [x, x0] : [x0])),
        ),
      );
    } finally {
      samplings.delete(id);
    }
  }

  async function close(): Promise<void> {
    closing = true;
    for (const sampling of samplings.values()) sampling.stop();
    await inTurn(async () => opened?.session.release());
    network = undefined;
  }

  function post(message: ReplyMessage, give: readonly Float32Array[] = []): void {
    port.post(
      message,
      give.map((array) => array.buffer as ArrayBuffer),
    );
  }

  function answer(id: number, result: Promise<unknown>): Promise<void> {
    return result.then(
      (output) => {
        if (output instanceof Float32Array) post({ id, kind: 'done', output }, [output]);
        else post({ id, kind: 'done' });
      },
      (error: unknown) => post({ id, kind: 'failed', error: packError(error) }),
    );
  }

  port.onMessage((received) => {
    // Both ends are of this package.
    const message = received as CallMessage<Options>;
    const { id } = message;
    switch (message.kind) {
      case 'open':
        return void answer(id, open(message.request));
      case 'denoise':
        return void answer(id, denoise(message.x, message.t, message.labels));
      case 'sample':
        return void answer(id, sample(message));
      case 'more':
        return samplings.get(id)?.more(message.steps);
      case 'stop':
        return samplings.get(id)?.stop();
      case 'close':
        return void answer(id, close()).then(() => host.closed?.());
      default:
        throw new TypeError(
          `worker: got a message that no caller of this version sends: ${JSON.stringify(message)}`,
        );
    }
  });
}
