import type { ModelSpec } from '@isonoise/bundle';
import { sizeText } from '@isonoise/data';
import type { Given } from '@isonoise/runtime';
import type { SamplingPlan } from '@isonoise/sampler';
import type { RestoredBetween } from '../edit/handoff.ts';
import { classOf } from './form-of-plan.ts';

/** The inverse sampler of the page. */
const USUAL = 'dpmpp-2m-inverse';

/**
 * Restores the request for images between two pictures. The file contains only the hashes of the pictures.
 *
 * @param name name of the file
 */
export function restoreBetween(
  name: string,
  { sampler = USUAL, shares = [] }: Given,
  plan: SamplingPlan,
  spec: ModelSpec,
): RestoredBetween {
  const { images, steps, shape } = plan;
  const [share = 0] = shares;
  const { width, height } = spec.image;
  const isLarger = shape.width !== width || shape.height !== height;
  const notes = [
    `${name} contains the request, but not the two pictures. Open both, then press “Draw images between”.`,
    ...(images.length > 1
      ? []
      : [
          `The image is one of several, ${Math.round(100 * share)} % of the way from the first picture to the second.`,
        ]),
    ...(isLarger ? [`The pictures have ${sizeText(shape)} pixels.`] : []),
    ...(sampler === USUAL
      ? []
      : [
          `The pictures were turned into noise by ${sampler}, which this page does not offer. It uses ${USUAL}.`,
        ]),
  ];
  return {
    model: spec.name,
    class: classOf(plan, spec),
    settings: {
      steps: String(steps.length),
      ...(images.length > 1 ? { count: String(images.length) } : {}),
    },
    note: notes.join(' '),
  };
}
