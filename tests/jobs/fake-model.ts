import { setTimeout as pause } from 'node:timers/promises';
import type { BundleName, RangeModel, RangeModels } from '@isonoise/jobs';
import { planSampling, runSampling, type SamplingStart, sampleStepsOf } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';

/** The bundle of the jobs in these tests. */
export const BUNDLE: BundleName = { sha256: 'ab'.repeat(32), name: 'fake' };

/** Returns the start of a run of images of [1, 2, 2], with 6 steps of the sampler `ddpm`, which needs fresh noise. */
export function fakeStart(images: number): SamplingStart {
  const plan = planSampling({
    shape: { channels: 1, height: 2, width: 2 },
    schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
    predictionType: 'epsilon',
    seed: 5,
    images,
    sampler: 'ddpm',
    steps: 6,
  });
  return { plan, nextStep: 0 };
}

/** Side of the images of {@link largeStart}, in pixels. */
export const LARGE_SIDE = 64;

/** Returns the start of a run of images of [1, 64, 64], 16 kB each, with one step. */
export function largeStart(images: number): SamplingStart {
  const plan = planSampling({
    shape: { channels: 1, height: LARGE_SIDE, width: LARGE_SIDE },
    schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
    predictionType: 'epsilon',
    seed: 1,
    images,
    sampler: 'ddim',
    steps: 1,
  });
  return { plan, nextStep: 0 };
}

export interface FakeOptions {
  readonly kind?: string;
  /** Milliseconds of each step. */
  readonly stepMs?: number;
  /** No step begins before this promise is resolved. */
  readonly gate?: Promise<void>;
  /** Called before each step; may throw. */
  readonly onStep?: (image: number, step: number) => void;
}

/** Returns models whose network is a closed form, x ↦ 0.3 x, instead of a graph in ONNX Runtime. */
export function fakeModels({
  kind = 'fake',
  stepMs = 0,
  gate,
  onStep = () => {},
}: FakeOptions = {}): RangeModels {
  const model: RangeModel = {
    kind,
    async *draw(start, signal) {
      const toStep = sampleStepsOf(start);
      const network = async (x: Float32Array): Promise<Float32Array> => {
        await gate;
        await pause(stepMs);
        signal.throwIfAborted();
        return x.map((value) => 0.3 * value);
      };
      let step = start.nextStep;
      for await (const done of runSampling(
        (x) => {
          onStep(start.plan.images[0] ?? -1, step++);
          return network(x);
        },
        start,
        { signal },
      ))
        yield toStep(done);
    },
    release() {},
  };
  return { open: async () => model };
}

/** Draws the images of a run in this process, all at once. */
export async function drawnHere(start: SamplingStart): Promise<Float32Array> {
  let last = new Float32Array();
  for await (const { x } of runSampling(async (x) => x.map((value) => 0.3 * value), start))
    last = x as Float32Array<ArrayBuffer>;
  return last;
}
