import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type PlannedModelRequest, requestBetween, toSampleRequest } from '@isonoise/runtime';
import { planSampling, type SamplingPlan } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { type CheckedForm, checkForm, DEFAULT_FORM } from '../request/request-form.ts';
import { formOfPlan } from './form-of-plan.ts';

const spec: ModelSpec = {
  name: 'points',
  image: { channels: 1, height: 3, width: 4 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 4, names: ['low', 'high', 'none'], nullClass: 3 },
  fractionalTimes: true,
};
const guide: ModelSpec = { ...spec, name: 'weak' };
const planOf = (request: PlannedModelRequest): SamplingPlan => planSampling(toSampleRequest(spec, request));

/** The request of a checked form. */
function askedOf(checked: CheckedForm): Omit<PlannedModelRequest, 'guide'> & { guide?: string } {
  if (!('request' in checked)) return { seed: 0 };
  const { ends, request } = checked;
  if (ends === null) return request;
  const { guide: _, count = 1, ...settings } = request;
  return requestBetween(spec, { ...settings, ...ends, count });
}

it.each<[what: string, request: PlannedModelRequest, form: object]>([
  [
    'the default sampler',
    { seed: 7, count: 4, steps: 10 },
    { class: '', seed: '7', count: '4', steps: '10' },
  ],
  ['a class and guidance', { seed: 7, class: 'high', guidance: 2.5 }, { class: 'high', guidance: '2.5' }],
  ['all classes in turn', { seed: 7, count: 5, class: [0, 1, 2, 0, 1] }, { class: 'all', count: '5' }],
  [
    'rescaled guidance in an interval',
    { seed: 7, class: 0, guidance: 3, guidanceRescale: 0.5, guidanceLow: 0.2 },
    { guidanceRescale: '0.5', guidanceLow: '0.2', guidanceHigh: '' },
  ],
  [
    'settings of the sampler, spacing and clip',
    { seed: 7, sampler: 'dpmpp-3m', solverType: 'heun', steps: 12, spacing: 'karras', clip: 2 },
    { sampler: 'dpmpp-3m', solverType: 'heun', spacing: 'karras', clip: '2' },
  ],
  ['images that do not begin at 0', { seed: 7, images: [4, 2] }, { images: '4,2' }],
  [
    'chosen images of a request for all classes',
    { seed: 7, images: [1, 5], class: [1, 2] },
    { class: 'all', images: '1,5' },
  ],
  [
    'larger pictures',
    { seed: 7, canvas: { height: 6, width: 8, stride: 2 } },
    { canvas: '8x6', stride: '2', tile: '' },
  ],
  [
    'a square tile with the default stride',
    { seed: 7, canvas: { height: 4, width: 4, tile: true } },
    { canvas: '4', stride: '', tile: 'true' },
  ],
  [
    'a tile of the size of the images',
    { seed: 7, canvas: { height: 3, width: 4, tile: true } },
    { canvas: '', tile: 'true' },
  ],
  [
    'in-between pictures of two classes',
    requestBetween(spec, {
      from: { seed: 7, class: 'low' },
      to: { seed: 7, class: 'high' },
      count: 3,
      steps: 6,
    }),
    { class: 'low', toClass: 'high', count: '3', images: '' },
  ],
  ['no clip', { seed: 7, sampler: 'ddim', eta: 0.5, clip: false }, { eta: '0.5', clip: 'none' }],
  ['a given value that equals the default', { seed: 7, sampler: 'unipc', order: 2 }, { order: '2' }],
  [
    'a guide',
    { seed: 7, guidance: 2, guide: { spec: guide, sha256: undefined } },
    { guide: 'weak', guidance: '2' },
  ],
])('formOfPlan finds the form of a plan with %s', (_, request, expected) => {
  const plan = planOf(request);
  const form = formOfPlan(plan, spec, request.guide === undefined ? undefined : guide);
  expect(form).toMatchObject({ model: 'points', ...expected });
  // The request of the form draws the same images.
  const checked = checkForm(form ?? DEFAULT_FORM, spec, () => guide);
  const { guide: _name, ...again } = askedOf(checked);
  const { settings: __, ...made } = planOf({ ...again, guide: request.guide });
  expect(plan).toMatchObject(made);
});

it.each<[what: string, request: PlannedModelRequest]>([
  ['an image more than once', { seed: 7, images: [1, 1] }],
  ['classes in another order', { seed: 7, count: 3, class: [0, 0, 1] }],
  ['a list of times', { seed: 7, spacing: [900, 400, 10] }],
  [
    'in-between pictures of two seeds',
    requestBetween(spec, { from: { seed: 7 }, to: { seed: 8 }, count: 3, steps: 6 }),
  ],
  [
    'unequal shares of a blend',
    { seed: 7, images: [0, 0, 0], class: 'low', blend: { class: 'high', share: [0, 0.1, 1] } },
  ],
  ['given images', { seed: 7, sampler: 'ddim', start: { x: new Float32Array(12) } }],
])('formOfPlan returns null for a plan with %s', (_, request) => {
  expect(formOfPlan(planOf(request), spec)).toBeNull();
});
