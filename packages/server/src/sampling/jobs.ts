import type { SampleBody } from '@isonoise/api';
import type { ProviderChoice } from '@isonoise/runtime';
import { type Denoiser, runSampling, type SampleStep, toSampleStep } from '@isonoise/sampler';
import { isUnavailable, ownCode } from '../error-answer.ts';
import { ServerError } from '../errors.ts';
import type { ServerLimits } from '../limits.ts';
import { modelBroken } from '../models/model-broken.ts';
import type { Models } from '../models/models.ts';
import { timerMs } from '../timer-ms.ts';
import { Admission, type Ticket } from './admission.ts';
import { recentSchedule } from './recent-schedules.ts';
import { type Work, workOf } from './work.ts';

/** A request that is being drawn. Whoever began it calls `end`. */
export interface Job {
  readonly work: Work;
  readonly provider: ProviderChoice;
  /** To be gone through once; the last one's `x` is the result. Throws the reason where the job is stopped. */
  readonly steps: AsyncGenerator<SampleStep, void, undefined>;
  /** Aborted with the reason where it is stopped, and when it ends. */
  readonly signal: AbortSignal;
  readonly ended: boolean;
  /** Stops it where it is not through, and makes room for others. Safe to call again. */
  end(): void;
}

export interface JobsOptions {
  readonly models: Models;
  readonly limits: ServerLimits;
}

/** All that is being drawn. */
export class Jobs {
  readonly #models: Models;
  readonly #limits: ServerLimits;
  readonly #running = new Set<AbortController>();
  #arrivals = 0;
  readonly admission: Admission;

  constructor({ models, limits }: JobsOptions) {
    this.#models = models;
    this.#limits = limits;
    this.admission = new Admission(limits);
  }

  /**
   * @param client aborted when nobody waits for the answer any more
   * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `BODY_INVALID`, `BUDGET_EXCEEDED`, `QUEUE_FULL`,
   *   `SHUTTING_DOWN`; what opening a model throws
   */
  async begin(body: SampleBody, client: AbortSignal): Promise<Job> {
    const entry = await this.#models.find(body.model);
    const work = workOf(body, entry, this.#limits.budget);
    const stop = this.#stopper(client);
    const claim = { signal: stop.signal, arrival: this.#arrivals++, passes: work.passes };
    const { places, flops } = work;
    let ticket: Ticket | undefined;
    try {
      ticket = this.admission.enter({ places, flops, claim, pace: () => this.#models.pace(entry) });
      const { leave } = ticket;
      const { model, release } = await this.#models.acquire(entry).catch(broken(body.model));
      const steps = stepsOf(model.denoiser(claim), work, stop.signal);
      let ended = false;
      return {
        work,
        provider: model.provider,
        steps,
        signal: stop.signal,
        get ended() {
          return ended;
        },
        end() {
          ended = true;
          stop.end();
          release();
          leave();
        },
      };
    } catch (error) {
      stop.end();
      ticket?.leave();
      throw error;
    }
  }

  /** Stops whatever still runs, between steps. */
  stopAll(): void {
    const reason = new ServerError('SHUTTING_DOWN', 'the server is shutting down and could not wait longer.');
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Everything that can end a job before its last step, as one signal. */
  #stopper(client: AbortSignal): { signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    const { requestMs } = this.#limits;
    const gone = (): void =>
      controller.abort(new ServerError('CLIENT_GONE', 'the client closed the connection.'));
    const late = (): void =>
      controller.abort(
        new ServerError(
          'TIME_LIMIT',
          `the request took longer than ${requestMs / 1000} s; ask for fewer images or steps.`,
        ),
      );
    const timer = setTimeout(late, timerMs(requestMs));
    client.addEventListener('abort', gone);
    if (client.aborted) gone();
    this.#running.add(controller);
    return {
      signal: controller.signal,
      end: () => {
        clearTimeout(timer);
        client.removeEventListener('abort', gone);
        this.#running.delete(controller);
        controller.abort(new ServerError('CLIENT_GONE', 'the request has ended.'));
      },
    };
  }
}

/** The same images as `pnpm sample` draws: the same sampler over the same network, which others use in between. */
async function* stepsOf(denoise: Denoiser, { start }: Work, signal: AbortSignal): Job['steps'] {
  const began = performance.now();
  try {
    for await (const taken of runSampling(denoise, start, { signal, create: recentSchedule })) {
      yield toSampleStep(start, taken, performance.now() - began);
    }
  } catch (error) {
    throw ownCode(error) === 'SAMPLER_NON_FINITE' ? notFinite(start, error) : error;
  }
}

/** The network's own numbers are bounded; guidance, and estimates that are not clipped, can multiply them without end. */
function notFinite({ plan: { guidance, clip } }: Work['start'], cause: unknown): unknown {
  const isOfModel = guidance === 1 && clip !== null && clip <= 1;
  if (isOfModel) return cause;
  return new ServerError(
    'RESULT_NOT_FINITE',
    `the images left the range of float32 at guidance ${guidance} and clip ${clip ?? false}; ask for less guidance, or ` +
      'leave clip out.',
    { cause },
  );
}

/** What stands in the way of opening a model: its own files, unless trying again may help. */
function broken(name: string): (cause: unknown) => never {
  return (cause) => {
    const isOfFiles = cause instanceof Error && 'syscall' in cause;
    if ((ownCode(cause) === undefined && !isOfFiles) || isUnavailable(cause)) throw cause;
    throw modelBroken(name, cause);
  };
}
