import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type Model, toSampleRequest } from '@isonoise/runtime';
import { planSampling, type SamplingPlan, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { signal } from '@preact/signals';
import type { RequestForm } from '../src/request/request-form.ts';
import { readSubject, type Subject } from '../src/request/subject.ts';
import type { DrawnImages } from '../src/sample/drawing.ts';
import type { Run } from '../src/sample/run.ts';
import type { Runner } from '../src/sample/runner.ts';

/** Returns the spec of a model of tiny grey images. Default: without classes. */
export const pointsSpec = (
  height: number,
  width: number,
  classes: ModelSpec['classes'] = null,
): ModelSpec => ({
  name: 'points',
  image: { channels: 1, height, width },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes,
});

/** Returns the plan of two images with two steps. */
export const planOfTwo = ({ image }: ModelSpec): SamplingPlan =>
  planSampling({
    shape: image,
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    seed: 1,
    images: 2,
    steps: 2,
  });

/** Returns the description of two images. */
export const twoImages = (spec: ModelSpec, fields: Partial<DrawnImages> = {}): DrawnImages => ({
  spec,
  numbers: [0, 1],
  shape: [2, spec.image.channels, spec.image.height, spec.image.width],
  columns: undefined,
  model: spec.name,
  seed: '1',
  form: null,
  notes: [],
  ...fields,
});

/** Returns a model with the real sampler and a network that returns its input times 0.9. */
export const pointsModel = (spec: ModelSpec): Pick<Model, 'sample' | 'spec' | 'provider'> => ({
  spec,
  provider: { name: 'wasm', reason: 'a test' },
  sample: ({ signal, clock, ...request }) => {
    if ('from' in request) throw new Error('the run is resumed; expected a new one');
    return sample(async (x) => x.map((value) => 0.9 * value), {
      ...toSampleRequest(spec, { ...request, guide: undefined }),
      signal,
      clock,
    });
  },
});

/** Returns the function that checks forms, with a single known model. */
export const subjectsOf =
  (spec: ModelSpec) =>
  (form: RequestForm): Subject | null =>
    readSubject(form, () => spec);

/** Calls `draw` with a runner that only prepares runs. @returns the run that was prepared; null if none began */
export async function runPreparedBy(draw: (runner: Runner) => Promise<void>): Promise<Run | null> {
  let prepared: Run | null = null;
  await draw({
    drawing: signal({ status: 'none' }),
    async start(_, prepare) {
      prepared = await prepare(new AbortController().signal);
    },
    cancel() {},
    show() {},
  });
  return prepared;
}
