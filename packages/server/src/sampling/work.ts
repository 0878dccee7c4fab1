import { DEFAULT_FORMAT, type SampleBody } from '@isonoise/api';
import { isIsonoiseError } from '@isonoise/error';

import { samplingNotes, toSampleRequest } from '@isonoise/runtime';
import { type SamplingStart, toSamplingStart } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { checkPng } from './picture.ts';
import { recentSchedule } from './recent-schedules.ts';

/** What a request comes to. */
export interface Work {
  readonly start: SamplingStart;
  /** `[count, C, H, W]` */
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
  readonly steps: number;
  /** Places in a pass: guided images take two. */
  readonly places: number;
  /** Number of the class, where it is one for all images; null where no class was asked for, or several. */
  readonly class: number | null;
  /** What the client should know of its request. */
  readonly notes: readonly string[];
  /** Images through the network, all steps together. */
  readonly passes: number;
  /** Floating-point operations of these. */
  readonly flops: number;
}

/**
 * A body as work for the sampler, all of it checked.
 *
 * @throws ServerError `BODY_INVALID` the model has no such class, step, …; the message of whoever found out
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
  const passes = places * steps;
  const flops = passes * each;
  const shape = [count, channels, height, width] as const;
  checkSize(shape);
  if (format === 'png') checkPicture(shape);
  if (flops > budget) {
    const guided = plan.guidance === 1 ? '' : ' × 2 for guidance';
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${count} images × ${steps} steps${guided} are ${passes} passes through the network; at most ` +
        `${Math.floor(budget / each)} a request of this model, of ${each} operations each. ` +
        'Ask for fewer images or steps, or in several requests: image i of a seed is the same in each (`images`).',
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

/** Longest answer, as float32: all of it is in memory, several times over, and as base64 it must fit one text. */
const MOST_BYTES = 256 << 20;

function checkSize(shape: Work['shape']): void {
  const bytes = shape.reduce((product, n) => product * n, Float32Array.BYTES_PER_ELEMENT);
  if (bytes <= MOST_BYTES) return;
  const [count, ...image] = shape;
  throw new ServerError(
    'BUDGET_EXCEEDED',
    `${count} images of [${image.join(', ')}] are ${bytes} bytes; at most ${MOST_BYTES} a request. ` +
      'Ask for fewer images, or in several requests: image i of a seed is the same in each (`images`).',
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
      `format is png: ${reason} Ask for format float32 or stream${shape[0] > 1 ? ', or for fewer images' : ''}.`,
      { cause },
    );
  }
}

function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (isIsonoiseError(cause)) {
      // Without the name of our function: the client called none.
      throw new ServerError('BODY_INVALID', cause.message.replace(/^(sample|timestepPairs): /, ''), {
        cause,
      });
    }
    throw cause;
  }
}
