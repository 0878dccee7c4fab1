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

/** A running request. The caller of `begin` must call `end`. */
export interface Job {
  readonly work: Work;
  readonly provider: ProviderChoice;
  /**
   * The steps, to be iterated once; `x` of the last one is the result. Throws the reason if the job is
   * stopped.
   */
  readonly steps: AsyncGenerator<SampleStep, void, undefined>;
  /** Aborted when the job is stopped, with the reason, or ends. */
  readonly signal: AbortSignal;
  readonly ended: boolean;
  /** Stops the job if it is running, and frees its places. Safe to call again. */
  end(): void;
}

export interface JobsOptions {
  readonly models: Models;
  readonly limits: ServerLimits;
}

/** All running requests. */
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
   * Starts a request.
   *
   * @param client aborted when the client disconnects
   * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `BODY_INVALID`, `BUDGET_EXCEEDED`, `QUEUE_FULL`,
   *   `SHUTTING_DOWN`; errors of opening a model
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

  /** Stops all running requests between steps. */
  stopAll(): void {
    const reason = new ServerError(
      'SHUTTING_DOWN',
      'the server shut down before the request was finished. Retry later.',
    );
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Combines everything that can stop a job before its last step in one signal. */
  #stopper(client: AbortSignal): { signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    const { requestMs } = this.#limits;
    const gone = (): void =>
      controller.abort(new ServerError('CLIENT_GONE', 'the client closed the connection.'));
    const late = (): void =>
      controller.abort(
        new ServerError(
          'TIME_LIMIT',
          `the request took longer than ${requestMs / 1000} s. Request fewer images or steps.`,
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

/** Runs the sampler, as `pnpm sample` does; the network is shared with other requests. */
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

/**
 * Distinguishes settings from faults of the model: guidance and unclipped estimates can amplify the network's
 * output beyond float32. Without them, non-finite values are the model's fault.
 */
function notFinite({ plan: { guidance, clip } }: Work['start'], cause: unknown): unknown {
  const isOfModel = guidance === 1 && clip !== null && clip <= 1;
  if (isOfModel) return cause;
  return new ServerError(
    'RESULT_NOT_FINITE',
    `the images exceeded the range of float32 with guidance ${guidance} and clip ${clip ?? false}. ` +
      'Lower guidance, or omit clip.',
    { cause },
  );
}

/**
 * Converts errors of opening a model to `MODEL_BROKEN`, except unexpected errors and those after which a
 * retry may succeed.
 */
function broken(name: string): (cause: unknown) => never {
  return (cause) => {
    const isOfFiles = cause instanceof Error && 'syscall' in cause;
    if ((ownCode(cause) === undefined && !isOfFiles) || isUnavailable(cause)) throw cause;
    throw modelBroken(name, cause);
  };
}
