import type { SampleBody } from '@isonoise/api';
import type { ModelSpec } from '@isonoise/bundle';
import { samplingNotes, toSampleRequest } from '@isonoise/runtime';
import { type SamplingStart, startSampling } from '@isonoise/sampler';
import { codeOf } from '../error-answer.ts';
import { ServerError } from '../server-error.ts';

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
}

/**
 * A body as work for the sampler, all of it checked.
 *
 * @throws ServerError `BODY_INVALID` the model has no such class, step, …; the message of whoever found out
 * @throws ServerError `BUDGET_EXCEEDED`
 */
export function workOf(body: SampleBody, spec: ModelSpec, budget: number): Work {
  const { model: _, format: __, previewEvery: ___, ...asked } = body;
  const start = checked(() => startSampling(toSampleRequest(spec, asked)));
  const { plan } = start;
  const { channels, height, width } = plan.shape;
  const count = plan.images.length;
  const steps = plan.steps.length;
  const places = count * (plan.guidance === 1 ? 1 : 2);
  const cost = places * steps * height * width;
  if (cost > budget) {
    const guided = plan.guidance === 1 ? '' : ' × 2 for guidance';
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${count} images × ${steps} steps × ${height * width} pixels${guided} are ${cost}; at most ${budget} a request. ` +
        'Ask for fewer images or steps, or in several requests: image i of a seed is the same in each (`images`).',
    );
  }
  const [label = null, ...others] = body.class === undefined ? [] : (plan.classLabels ?? []);
  return {
    start,
    shape: [count, channels, height, width],
    steps,
    places,
    class: others.every((other) => other === label) ? label : null,
    notes: samplingNotes(spec, asked),
  };
}

function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof Error && codeOf(cause) !== undefined) {
      // Without the name of our function: the client called none.
      throw new ServerError('BODY_INVALID', cause.message.replace(/^(sample|timestepPairs): /, ''), {
        cause,
      });
    }
    throw cause;
  }
}
