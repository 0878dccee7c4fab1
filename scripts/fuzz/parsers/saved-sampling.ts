import { type Denoiser, decodeSampling, encodeSampling, type SampleRequest, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { type Json, mutatedJson } from './mutate-json.ts';

const half: Denoiser = async (x) => x.map((value) => value / 2);

const SHAPE = { channels: 1, height: 2, width: 3 } as const;
const RUN = {
  shape: SHAPE,
  schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 20 }),
  predictionType: 'epsilon',
  seed: 7,
  images: [0, 3],
  steps: 5,
  model: 'a'.repeat(64),
} as const;
const GUIDED = { classLabels: 1, guidance: 2, nullClass: 2 } as const;

/** Runs that together use every part of the format: settings, memory, fractional times, and each kind of guidance. */
const RUNS: readonly SampleRequest[] = [
  { ...RUN, ...GUIDED, sampler: 'ddim', eta: 0.5 },
  { ...RUN, sampler: 'unipc', order: 3, spacing: 'trailing' },
  { ...RUN, sampler: 'heun', spacing: 'karras', sChurn: 2 },
  { ...RUN, sampler: 'pndm', steps: undefined, spacing: [18.5, 14.25, 9, 4.5, 0] },
  { ...RUN, ...GUIDED, sampler: 'dpmpp-3m', guidanceRescale: 0.7, guidanceInterval: [0.1, null] },
  { ...RUN, sampler: 'sa-solver', guidance: 2, guidedBy: 'network', guideModel: 'b'.repeat(64) },
  {
    ...RUN,
    sampler: 'flow-heun',
    schedule: createSchedule({ kind: 'flow', numTrainTimesteps: 20 }),
    predictionType: 'flow',
    shift: 3,
  },
];

/** Returns the second network for a run whose guidance uses one. Other runs reject a second network. */
const guideOf = ({ guidedBy }: Pick<SampleRequest, 'guidedBy'>): { readonly guide?: Denoiser } =>
  guidedBy === 'network' ? { guide: half } : {};

async function savedText(request: SampleRequest): Promise<string> {
  for await (const step of sample(half, { ...request, ...guideOf(request) }))
    if (step.step === 2) return encodeSampling(step.save());
  throw new Error('the run ended before step 2; expected a state of this step');
}

const texts = await Promise.all(RUNS.map(savedText));

export const savedSamplingTarget: FuzzTarget = {
  about: 'saved states of sampling with changed values or bytes; states that can be read are resumed',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const text = random.pick(texts);
    const changed = random.chance(0.8)
      ? mutatedJson(JSON.parse(text) as Json, random)
      : new TextDecoder().decode(mutated(new TextEncoder().encode(text), random));
    return attempt(async () => {
      const saved = decodeSampling(changed);
      // Compare the states as text. JSON writes -0 as 0, and both mean the same in a state.
      const written = encodeSampling(saved);
      if (encodeSampling(decodeSampling(written)) !== written)
        throw scriptError('FUZZ_FINDING', 'the state changed when it was written and read again');
      for await (const { x } of sample(half, { from: saved, ...guideOf(saved.plan) })) {
        if (!x.every(Number.isFinite))
          throw scriptError('FUZZ_FINDING', 'a resumed run returned values that are not finite');
        break;
      }
    });
  },
};
