import { type InvertOptions, interpolate, type Model, type SequenceStep } from '@isonoise/runtime';
import type { SampleStep } from '@isonoise/sampler';

/** The runs of an interpolation as one run. */
export interface BetweenModel extends Pick<Model, 'sample' | 'provider'> {
  /** Root mean square error of each redrawn picture; empty before the end. */
  errors(): readonly number[];
}

/** Number of runs of {@link interpolate}: inverting the pictures to noise, redrawing them, and drawing the images. */
export const BETWEEN_RUNS = 3;

/**
 * Returns a model whose only run draws the images between two pictures. Its steps are those of all runs of
 * {@link interpolate}. Until the last run, each step shows mixtures of the two pictures with the noise that they have
 * at this step.
 *
 * @param pictures the two pictures, `[2, C, H, W]` in [-1, 1]
 * @param count number of images, at least 2
 */
export function betweenModel(
  model: Pick<Model, 'sample' | 'spec' | 'provider'>,
  pictures: Float32Array,
  count: number,
  options: Pick<InvertOptions, 'class' | 'tags' | 'steps' | 'canvas'>,
): BetweenModel {
  let errors: readonly number[] = [];
  async function* sample({
    signal,
    clock = () => 0,
  }: Parameters<Model['sample']>[0]): AsyncGenerator<SampleStep, void, undefined> {
    const began = clock();
    const ready: SampleStep[] = [];
    let wake = (): void => {};
    let isOver = false;
    const onStep = (at: SequenceStep): void => {
      ready.push(wholeStep(at, count, clock() - began));
      wake();
    };
    const work = interpolate(model, pictures, count, { ...options, signal, onStep }).finally(() => {
      isOver = true;
      wake();
    });
    // A failure is thrown below, after the steps that were computed before it.
    work.catch(() => {});
    let last: SampleStep | undefined;
    while (true) {
      const next = ready.shift();
      if (next !== undefined) {
        if (last !== undefined) yield last;
        last = next;
      } else if (isOver) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    // The last step is yielded only when the errors are known.
    ({ errors } = await work);
    if (last !== undefined) yield last;
  }
  return { provider: model.provider, sample, errors: () => errors };
}

/**
 * Converts a step of one run to a step of the whole interpolation. The remaining time is estimated from the number of
 * images in each step.
 */
function wholeStep({ run, step }: SequenceStep, count: number, elapsedMs: number): SampleStep {
  const isLast = run === BETWEEN_RUNS - 1;
  const done = isLast ? 2 * run * step.steps + count * step.step : 2 * (run * step.steps + step.step);
  const all = (2 * (BETWEEN_RUNS - 1) + count) * step.steps;
  return Object.assign(imagesOf(step, isLast ? null : count), {
    step: run * step.steps + step.step,
    steps: BETWEEN_RUNS * step.steps,
    t: step.t,
    elapsedMs,
    remainingMs: (elapsedMs / done) * (all - done),
    save: () => step.save(),
  });
}

/**
 * Copies the images of a step, which its run may overwrite. Mixtures are computed only when they are read. Otherwise,
 * waiting steps would hold all images in memory.
 *
 * @param count number of mixtures of two pictures; null for the images themselves
 */
function imagesOf(step: SampleStep, count: number | null): Pick<SampleStep, 'x' | 'preview'> {
  const [x, preview] = [step.x.slice(), step.preview.slice()];
  if (count === null) return { x, preview };
  return {
    get x() {
      return mixtures(x, count);
    },
    get preview() {
      return mixtures(preview, count);
    },
  };
}

/** Mixes two pictures linearly. @param pictures `[2, C, H, W]` @returns `[count, C, H, W]` */
export function mixtures(pictures: Float32Array, count: number): Float32Array {
  const size = pictures.length / 2;
  const mixed = new Float32Array(count * size);
  for (let k = 0; k < count; k++) {
    const share = k / (count - 1);
    for (let i = 0; i < size; i++)
      mixed[k * size + i] = (1 - share) * (pictures[i] as number) + share * (pictures[size + i] as number);
  }
  return mixed;
}
