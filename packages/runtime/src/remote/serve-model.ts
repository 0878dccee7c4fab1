import { packError } from '@isonoise/error';
import type { Denoiser } from '@isonoise/sampler';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';
import { runtimeError } from '../errors.ts';
import { createSessionDenoiser, type DenoiserSession } from '../session-denoiser.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Port } from './port.ts';
import type { CallMessage, OpenRequest, PostedStep, ReplyMessage } from './protocol.ts';
import { ThreadSampling } from './thread-sampling.ts';

/** A session and the tensor class of its ONNX Runtime package. */
export interface OpenedSession {
  readonly session: DenoiserSession & Pick<InferenceSession, 'release'>;
  readonly Tensor: TensorConstructor;
}

/** The platform-dependent part of a model's thread. */
export interface ModelHost<Options = undefined> {
  open(request: Omit<OpenRequest<Options>, 'contract'>): Promise<OpenedSession>;
  /**
   * Wraps each call of native code, that is, opening the model and running the network. It may reject or delay the
   * call, or process other messages first. Default: calls directly.
   */
  around?<T>(call: () => Promise<T>): Promise<T>;
  /** Milliseconds from any origin, such as `performance.now`. */
  clock(): number;
  /** Ends the thread. Called after the session is released. */
  closed?(): void;
}

/**
 * Serves a {@link RemoteModel} at the other end of `port`: the model and its samplers run in this thread.
 * Calls of the network run one at a time; concurrent runs take turns.
 *
 * @throws TypeError (in the port's listener) if the message is unknown
 */
export function serveModel<Options = undefined>(port: Port, host: ModelHost<Options>): void {
  const around = host.around ?? (<T>(call: () => Promise<T>) => call());
  const inTurn = oneAtATime();
  const samplings = new Map<number, ThreadSampling>();
  let asked = false;
  let opened: OpenedSession | undefined;
  let network: Denoiser | undefined;
  let closing = false;

  const denoise: Denoiser = (x, t, condition) =>
    inTurn(() => {
      const ready = network;
      if (closing || ready === undefined) return Promise.reject(notReady());
      return around(() => ready(x, t, condition));
    });

  const notReady = (): Error =>
    closing
      ? runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed. Load it again.')
      : runtimeError('RUNTIME_WORKER', 'worker: got a call before open; expected open first. Call open.');

  async function open({ contract, ...request }: OpenRequest<Options>): Promise<void> {
    // `asked` is already set while the session opens. Otherwise a concurrent open would create a session that is
    // never released.
    if (asked) {
      throw runtimeError(
        'RUNTIME_WORKER',
        'worker: got a second open; expected one per thread. Start a new thread.',
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
        post({ id, kind: 'steps', steps }, finishedArrays(steps)),
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
    // `RemoteModel` of this package sends the messages, so their type is known.
    const message = received as CallMessage<Options>;
    const { id } = message;
    switch (message.kind) {
      case 'open':
        return void answer(id, open(message.request));
      case 'denoise':
        return void answer(id, denoise(message.x, message.t, message.condition));
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
          `worker: got the unknown message ${JSON.stringify(message)}; expected a message of this version.`,
        );
    }
  });
}

/** Lists the arrays of posted steps that the sampler no longer needs. It still needs the inputs of the next step. */
function finishedArrays(steps: readonly PostedStep[]): readonly Float32Array[] {
  const arrays = new Set(steps.flatMap(({ x, x0, memory }) => [x, x0, ...memory]));
  const last = steps.at(-1);
  for (const input of last === undefined ? [] : [last.x, ...last.memory]) arrays.delete(input);
  return [...arrays];
}
