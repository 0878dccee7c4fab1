import { initialNoise } from './noise-source.ts';
import type { SamplingStart } from './run-sampling.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import type { SavedSampling } from './saved-sampling.ts';

/**
 * Takes some images out of the start of a run. Each image depends only on its own part of the start, so a run of the
 * slice draws them with the same bits.
 *
 * @param first position of the first image, from 0
 * @param count number of images
 * @returns a saved run before its first step; it contains the noise of images that start from noise
 */
export function sliceStart(start: SamplingStart, first: number, count: number): SavedSampling {
  const plan = slicePlan(start.plan, first, first + count);
  const images = start.plan.images.length;
  const { channels, height, width } = plan.shape;
  const size = channels * height * width;
  const part = <T extends Float32Array | Uint8Array>(values: T): T => {
    const each = values.length / images;
    return values.slice(first * each, (first + count) * each) as T;
  };
  const { x, memory, known, model, guideModel } = start;
  return {
    plan,
    nextStep: start.nextStep,
    x: x === undefined ? initialNoise(BigInt(plan.seed), plan.images, size) : part(x),
    ...(memory === undefined ? {} : { memory: memory.map(part) }),
    ...(known === undefined ? {} : { known: { image: part(known.image), mask: part(known.mask) } }),
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
  };
}

/** Takes the images [from, to) out of a plan. */
function slicePlan(plan: SamplingPlan, from: number, to: number): SamplingPlan {
  const { images, classLabels, tags, blend } = plan;
  return {
    ...plan,
    images: images.slice(from, to),
    classLabels: classLabels?.slice(from, to) ?? null,
    ...(tags === undefined ? {} : { tags: { ...tags, images: tags.images.slice(from, to) } }),
    ...(blend === undefined
      ? {}
      : {
          blend: {
            shares: blend.shares.slice(from, to),
            ...(blend.classLabels === undefined ? {} : { classLabels: blend.classLabels.slice(from, to) }),
            ...(blend.tags === undefined ? {} : { tags: blend.tags.slice(from, to) }),
          },
        }),
  };
}
