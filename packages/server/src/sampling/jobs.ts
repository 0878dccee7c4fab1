import type { ResumeBody, SampleBody } from '@isonoise/api';
import type { ProviderChoice } from '@isonoise/runtime';
import {
  type Denoiser,
  runSampling,
  type SampleStep,
  type SamplingStart,
  sampleStepsOf,
} from '@isonoise/sampler';
import { isUnavailable, ownCode } from '../error-answer.ts';
import { ServerError } from '../errors.ts';
import type { ServerLimits } from '../limits.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { findGuide } from '../models/find-guide.ts';
import { modelBroken } from '../models/model-broken.ts';
import type { Lease } from '../models/model-pool.ts';
import type { Models } from '../models/models.ts';
import type { ServedModel } from '../models/served-model.ts';
import { timerMs } from '../timer-ms.ts';
import { Admission, type NetworkShare, type Ticket } from './admission.ts';
import { recentSchedule } from './recent-schedules.ts';
import { type Work, workOf } from './work.ts';

/** A running request. The caller of `begin` must call `end`. */
export interface Job {
  readonly work: Work;
  readonly provider: ProviderChoice;
  /**
   * The steps, which can be iterated once; `x` of the last step is the result. If the job is stopped, the iteration
   * throws the reason.
   */
  readonly steps: AsyncGenerator<SampleStep, void, undefined>;
  /** Aborted when the job ends or is stopped; `signal.reason` says why. */
  readonly signal: AbortSignal;
  readonly ended: boolean;
  /** Stops the job if it is running, and frees its places. Further calls have no effect. */
  end(): void;
}

export interface JobsOptions {
  readonly models: Models;
  readonly limits: ServerLimits;
}

/** A request's share of a network of the catalog. */
interface Share extends NetworkShare {
  readonly entry: CatalogEntry;
}

function releaseAll(leases: Lease<ServedModel>[]): void {
  for (const lease of leases.splice(0)) lease.release();
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
   * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `BODY_INVALID`, `MODEL_MISMATCH`, `BUDGET_EXCEEDED`,
   *   `QUEUE_FULL`, `SHUTTING_DOWN`; errors of opening a model
   */
  async begin(body: SampleBody | ResumeBody, client: AbortSignal): Promise<Job> {
    const entry = await this.#models.find(body.model);
    const guide = body.guide === undefined ? undefined : await findGuide(this.#models, body.guide);
    const work = workOf(body, entry, this.#limits, guide);
    const stop = this.#stopper(client);
    const { places, perCall, flops, passes } = work;
    const arrival = this.#arrivals++;
    const share = (of: CatalogEntry, images: number, passes: number): Share => ({
      entry: of,
      images,
      claim: { signal: stop.signal, arrival, passes },
      pace: () => this.#models.pace(of),
    });
    const own = share(entry, guide === undefined ? places : perCall, passes.network);
    const ofGuide = guide === undefined ? undefined : share(guide, perCall, passes.guide);
    const leases: Lease<ServedModel>[] = [];
    let ticket: Ticket | undefined;
    try {
      ticket = this.admission.enter({ places, flops, networks: [own, ...(ofGuide ? [ofGuide] : [])] });
      const { leave } = ticket;
      const start = work.begin();
      const model = await this.#open(own, leases);
      const guiding = ofGuide && (await this.#open(ofGuide, leases)).denoiser(ofGuide.claim);
      const steps = stepsOf(model.denoiser(own.claim), guiding, start, work.end, stop.signal);
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
          releaseAll(leases);
          leave();
        },
      };
    } catch (error) {
      stop.end();
      releaseAll(leases);
      ticket?.leave();
      throw error;
    }
  }

  /** Opens the network of a share. @param leases receives the lease, which the caller releases */
  async #open({ entry }: Share, leases: Lease<ServedModel>[]): Promise<ServedModel> {
    const lease = await this.#models.acquire(entry).catch(broken(entry.name));
    leases.push(lease);
    return lease.model;
  }

  /** Stops all running requests between steps. */
  stopAll(): void {
    const reason = new ServerError(
      'SHUTTING_DOWN',
      'the server shut down before the request was finished. Retry later.',
    );
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Creates one signal for everything that can stop a job before its last step. */
  #stopper(client: AbortSignal): { signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    const { requestMs } = this.#limits;
    const gone = (): void =>
      controller.abort(new ServerError('CLIENT_GONE', 'the client closed the connection.'));
    const late = (): void =>
      controller.abort(
        new ServerError(
          'TIME_LIMIT',
          `the request took too long; expected at most ${requestMs / 1000} s. Request fewer images or steps.`,
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
async function* stepsOf(
  denoise: Denoiser,
  guide: Denoiser | undefined,
  start: SamplingStart,
  end: number,
  signal: AbortSignal,
): Job['steps'] {
  const toSampleStep = sampleStepsOf(start, recentSchedule);
  const began = performance.now();
  try {
    for await (const taken of runSampling(denoise, start, { signal, guide, create: recentSchedule })) {
      yield toSampleStep(taken, performance.now() - began);
      if (taken.step + 1 === end) return;
    }
  } catch (error) {
    throw ownCode(error) === 'SAMPLER_NON_FINITE' ? notFinite(start, error) : error;
  }
}

/**
 * Returns the error for images that are not finite. The request can be the cause: guidance and unclipped estimates can
 * amplify the network's output beyond float32, and a request can start from extreme values. In all other cases, the
 * model is the cause, and `cause` is returned.
 */
function notFinite({ plan: { guidance, clip }, x }: SamplingStart, cause: unknown): unknown {
  const isOfSettings = guidance !== 1 || clip === null || clip > 1;
  if (!isOfSettings && x === undefined) return cause;
  const [settings, advice] = isOfSettings
    ? [` with guidance ${guidance} and clip ${clip ?? false}`, 'Lower guidance, or omit clip.']
    : [', which started from values of the request', 'Check these values.'];
  const message = `the images exceeded the range of float32${settings}. ${advice}`;
  return new ServerError('RESULT_NOT_FINITE', message, { cause });
}

/**
 * Converts errors of opening a model to `MODEL_BROKEN`. Unexpected errors, and errors after which a retry may
 * succeed, are rethrown.
 */
function broken(name: string): (cause: unknown) => never {
  return (cause) => {
    const isOfFiles = cause instanceof Error && 'syscall' in cause;
    if ((ownCode(cause) === undefined && !isOfFiles) || isUnavailable(cause)) throw cause;
    throw modelBroken(name, cause);
  };
}
