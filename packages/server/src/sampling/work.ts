import { DEFAULT_FORMAT, type ResumeBody, type SampleBody } from '@isonoise/api';
import { isIsonoiseError, plural } from '@isonoise/error';
import { encodeImageRecord, type Given, imageRecord } from '@isonoise/runtime';
import {
  type CallCounts,
  countCalls,
  countPlanCalls,
  countVisits,
  countWindows,
  imagesPerCall,
  planRows,
  rowsOfSteps,
  type SamplingStart,
} from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { ServerLimits } from '../limits.ts';
import { endOf } from './answer-rules.ts';
import { checked } from './checked.ts';
import { checkPng } from './picture.ts';
import { recentSchedule } from './recent-schedules.ts';
import { checkMemory } from './request-memory.ts';
import { requireResumable } from './resumable.ts';
import { type PlannedStart, type Priced, startOf } from './start-of.ts';

type WorkLimits = Pick<ServerLimits, 'budget' | 'bodyBytes' | 'arrayBytes'>;

/** A checked request and its cost. */
export interface Work {
  readonly planned: PlannedStart;
  /** Creates the start of the run; called once, after the request is admitted. @throws ServerError `BODY_INVALID` */
  readonly begin: () => SamplingStart;
  /** `[count, C, H, W]` */
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
  /** Steps of the whole run. */
  readonly steps: number;
  /** Number of finished steps when the request ends: `steps`, unless the request stops earlier. */
  readonly end: number;
  /**
   * Number of places that the request takes, out of `maxImages`: the images of each call, and twice as many with
   * guidance.
   */
  readonly places: number;
  /** Number of images in each network call without guidance: one for each window, twice as many with a blend. */
  readonly perCall: number;
  /** Number of the class if all images have the same class; otherwise null. */
  readonly class: number | null;
  /** Notes for the client about the settings of its request. */
  readonly notes: readonly string[];
  /** The request as PNG files contain it; undefined for other formats, and without metadata. */
  readonly record: string | undefined;
  /** Number of images that the network and its guide process, over all steps of the request. */
  readonly passes: CallCounts;
  /** Floating-point operations of all passes. */
  readonly flops: number;
}

/**
 * Converts a body to work for the sampler and checks the whole body.
 *
 * @param limits the budget of a request and the size limits of bodies
 * @param guide the guide that the body names
 * @throws ServerError `BODY_INVALID` if the model does not support the class, the steps or another field, with the
 *   message of the failed check; `MODEL_MISMATCH`; `BUDGET_EXCEEDED`
 */
export function workOf(body: SampleBody | ResumeBody, own: Priced, limits: WorkLimits, guide?: Priced): Work {
  const { budget } = limits;
  const { format = DEFAULT_FORMAT } = body;
  const { flops: flopsEach } = own;
  const { planned, begin, label, notes, given } = startOf(body, own, guide, limits);
  const { plan, nextStep } = planned;
  const { channels, height, width } = plan.shape;
  const count = plan.images.length;
  const steps = plan.steps.length;
  const end = endOf(body, planned);
  if (format === 'saved' || body.saveEvery !== undefined) requireResumable(body, planned, end, limits);
  const isRepeated = plan.inpainting !== undefined && nextStep === 0 && end === steps;
  // Computing the rows of a run with repeated steps can take a second. Requests far above the budget are refused
  // before that.
  const images = imagesPerCall(plan);
  const advice = ADVICE['from' in body ? 'resume' : plan.windows === undefined ? 'sample' : 'canvas'];
  const perCall = count * images;
  if (isRepeated && perCall * countVisits(plan) * flopsEach > budget) {
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${plural(count, 'image')} × at least ${plural(countVisits(plan), 'network call')} of ${plural(steps, 'step')}${partsText(plan)} are too many; expected at most ` +
        `${Math.floor(budget / flopsEach)} passes per request for this model (${flopsEach} operations each). ${advice}`,
    );
  }
  const all = planRows(plan, recentSchedule);
  const rows = rowsOfSteps(all, nextStep, end);
  const perImage = countPlanCalls(plan, rows);
  const isGuided = perImage.guide > 0 || perImage.network > images * countCalls(rows);
  const places = perCall * (isGuided ? 2 : 1);
  const passes = { network: count * perImage.network, guide: count * perImage.guide };
  const flops = passes.network * flopsEach + passes.guide * (guide?.flops ?? 0);
  const shape = [count, channels, height, width] as const;
  checkMemory(plan, all, isGuided);
  if (format === 'png') checkPicture(shape);
  if (flops > budget) {
    const each = { network: perImage.network / images, guide: perImage.guide / images };
    const counted = `${describeCalls(end - nextStep, countCalls(rows), each)}${partsText(plan)}`;
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${plural(count, 'image')} × ${counted} are ${describePasses(passes, flops / flopsEach)}; expected at most ` +
        `${Math.floor(budget / flopsEach)} per request for this model (${flopsEach} operations each). ${advice}`,
    );
  }
  return {
    planned,
    begin,
    shape,
    steps,
    end,
    places,
    perCall,
    passes,
    flops,
    class: label,
    notes,
    record: format === 'png' && body.metadata !== false ? recordOf(planned, given()) : undefined,
  };
}

/** Advice on making a request smaller. */
const ADVICE = {
  sample:
    'Request fewer images or steps, or split the request with `images`: image i of a seed is the same in every request.',
  canvas: 'Request a smaller canvas, a larger stride, fewer images or fewer steps.',
  resume:
    'Take fewer steps with `stopAfter` and the format `saved`, and resume the rest in further requests.',
} as const;

/** Describes how many images a network call has for each drawn image, such as ` × 15 windows`. */
function partsText(plan: PlannedStart['plan']): string {
  const windows = countWindows(plan);
  return `${windows === 1 ? '' : ` × ${windows} windows`}${plan.blend === undefined ? '' : ' × 2 for the blend'}`;
}

/** Describes the network calls for each drawn image, such as `50 steps × 2 for guidance`. */
function describeCalls(steps: number, calls: number, { network, guide }: CallCounts): string {
  const counted =
    calls === steps ? plural(steps, 'step') : `${plural(calls, 'network call')} of ${plural(steps, 'step')}`;
  const guided = guide === 0 ? network - calls : guide;
  if (guided === 0) return counted;
  if (guide === 0 && guided === calls) return `${counted} × 2 for guidance`;
  return `${counted} (${guided} guided)`;
}

function describePasses({ network, guide }: CallCounts, worth: number): string {
  const own = `${plural(network, 'pass', 'passes')} through the network`;
  if (guide === 0) return own;
  return `${own} and ${guide} through its guide, which cost as much as ${Math.ceil(worth)}`;
}

/** Encodes the request for a PNG file. @throws ServerError `BODY_INVALID` if its text would be too long */
function recordOf(planned: PlannedStart, given: Given | undefined): string {
  return checked(() => encodeImageRecord(imageRecord(planned, { given })));
}

function checkPicture(shape: Work['shape']): void {
  try {
    checkPng(shape);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const reason = cause.message.replace(/^contactSheet: /, '');
    throw new ServerError(
      'BODY_INVALID',
      `format is png: ${reason} Request format float32 or stream${shape[0] > 1 ? ', or fewer images' : ''}.`,
      { cause },
    );
  }
}
