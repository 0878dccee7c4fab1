import { isDeepStrictEqual } from 'node:util';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, noLossYet } from '@isonoise/train';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { smallTrainConfig } from './small-configs.ts';

const vector = (scale: number): Float32Array => Float32Array.from({ length: 12 }, (_, i) => scale * (i - 5));
const checkpoint: Checkpoint = {
  step: 30,
  config: smallTrainConfig,
  dataOrder: { epoch: 0, position: 960 },
  loss: noLossYet,
  state: { theta: vector(1), m: vector(0.1), v: vector(0.01), ema: vector(0.9) },
};
const original = encodeCheckpoint(checkpoint);
const expected = decodeCheckpoint(original);

export const checkpointTarget: FuzzTarget = {
  about: 'checkpoints with changed bytes; each must be rejected or have the content of the original',
  tryOne: async (seed) => {
    const bytes = mutated(original, new FuzzRandom(seed));
    return attempt(() => {
      if (!isDeepStrictEqual(decodeCheckpoint(bytes), expected))
        throw scriptError('FUZZ_FINDING', 'a changed checkpoint was accepted');
    });
  },
};
