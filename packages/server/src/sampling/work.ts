import { DEFAULT_FORMAT, type SampleBody } from '@isonoise/api';
import { isIsonoiseError } from '@isonoise/error';

import { samplingNotes, toSampleRequest } from '@isonoise/runtime';
import { countCalls, planRows, type SamplingStart, toSamplingStart } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { checkPng } from './picture.ts';
import { recentSchedule } from './recent-schedules.ts';

/** A checked request and its cost. */
export interface Work {
  readonly start: SamplingStart;
  /** `[count, C, H, W]` */
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
  readonly steps: number;
  /** Places in a pass; guided images take two. */
  readonly places: number;
  /** Number of the class, if all images have the same; null without a class or with several. */
  readonly class: number | null;
  /** Notes for the client about its settings. */
  readonly notes: readonly string[];
  /** Images through the network, over all steps. */
  readonly passes: number;
  /** Floating-point operations of all passes. */
  readonly flops: number;
}

/**
 * Converts a body to work for the sampler and checks all of it.
 *
 * @throws ServerError `BODY_INVALID` the model does not have the class, steps, …; with the message of the
 *   failed check
 * @throws ServerError `BUDGET_EXCEEDED`
 */
export function workOf(
  body: SampleBody,
  { spec, flops: each }: Pick<CatalogEntry, 'spec' | 'flops'>,
  budget: number,
): Work {
  const { model: _, format = DEFAULT_FORMAT, previewEvery: __, ...asked } = body;
  const start = checked(() => toSamplingStart(toSampleRequest(spec, asked, recentSchedule)));
  const { plan } = start;
  const { channels, height, width } = plan.shape;
  const count = plan.images.length;
  const steps = plan.steps.length;
  const places = count * (plan.guidance === 1 ? 1 : 2);
  const calls = countCalls(planRows(plan, recentSchedule));
  const passes = places * calls;
  const flops = passes * each;
  const shape = [count, channels, height, width] as const;
  checkSize(shape);
  if (format === 'png') checkPicture(shape);
  if (flops > budget) {
    const guided = plan.guidance === 1 ? '' : ' × 2 for guidance';
    const counted = calls === steps ? `${steps} steps` : `${calls} network calls of ${steps} steps`;
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${count} images × ${counted}${guided} are ${passes} passes through the network; expected at most ` +
        `${Math.floor(budget / each)} per request for this model (${each} operations each). Request fewer images or ` +
        'steps, or split the request with `images`: image i of a seed is the same in every request.',
    );
  }
  const [label = null, ...others] = body.class === undefined ? [] : (plan.classLabels ?? []);
  return {
    start,
    shape,
    steps,
    places,
    passes,
    flops,
    class: others.every((other) => other === label) ? label : null,
    notes: samplingNotes(spec, asked, recentSchedule),
  };
}

/** Longest answer as float32. It is in memory several times, and as base64 it must fit in one string. */
const MOST_BYTES = 256 << 20;

function checkSize(shape: Work['shape']): void {
  const bytes = shape.reduce((product, n) => product * n, Float32Array.BYTES_PER_ELEMENT);
  if (bytes <= MOST_BYTES) return;
  const [count, ...image] = shape;
  throw new ServerError(
    'BUDGET_EXCEEDED',
    `${count} images of [${image.join(', ')}] are ${bytes} bytes; expected at most ${MOST_BYTES} per request. ` +
      'Request fewer images, or split the request with `images`: image i of a seed is the same in every request.',
  );
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

function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (isIsonoiseError(cause)) {
      // Without the name of the function, which means nothing to an HTTP client.
      throw new ServerError('BODY_INVALID', cause.message.replace(/^(sample|timestepPairs): /, ''), {
        cause,
      });
    }
    throw cause;
  }
}
