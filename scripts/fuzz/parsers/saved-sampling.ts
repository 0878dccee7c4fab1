import { type Denoiser, decodeSampling, encodeSampling, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { type Json, mutatedJson } from './mutate-json.ts';

const half: Denoiser = async (x) => x.map((value) => value / 2);

async function savedText(): Promise<string> {
  const run = sample(half, {
    shape: { channels: 1, height: 2, width: 3 },
    schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 20 }),
    predictionType: 'epsilon',
    seed: 7,
    images: [0, 3],
    sampler: 'ddim',
    steps: 5,
    eta: 0.5,
    classLabels: 1,
    guidance: 2,
    nullClass: 2,
    model: 'a'.repeat(64),
  });
  for await (const step of run) if (step.step === 2) return encodeSampling(step.save());
  throw new Error('the run ended early');
}

const text = await savedText();
const value = JSON.parse(text) as Json;

export const savedSamplingTarget: FuzzTarget = {
  about: 'saved states of sampling with changed values or bytes; states that can be read are resumed',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const changed = random.chance(0.8)
      ? mutatedJson(value, random)
      : new TextDecoder().decode(mutated(new TextEncoder().encode(text), random));
    return attempt(async () => {
      const saved = decodeSampling(changed);
      // As text: JSON writes -0 as 0, which means the same here.
      const written = encodeSampling(saved);
      if (encodeSampling(decodeSampling(written)) !== written)
        throw scriptError('FUZZ_FINDING', 'the state changed when it was rewritten');
      for await (const { x } of sample(half, { from: saved })) {
        if (!x.every(Number.isFinite))
          throw scriptError('FUZZ_FINDING', 'a resumed run returned values that are not finite');
        break;
      }
    });
  },
};
