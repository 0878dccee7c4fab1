import { initialNoise, type SavedSampling, startEdit } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { type GivenArrays, givenOf } from './image-given.ts';
import type { ImageRecord } from './image-record.ts';

/** The arrays that each kind of record needs for a new run, as text for messages. */
const NEEDED = {
  edit: 'the edited pictures and their masks',
  start: 'the images from which the run started',
} as const;

/**
 * Creates the start of a recorded run, in the form of a saved run at step 0.
 *
 * @param name name of the record's file, for error messages
 * @param arrays the pictures of the run; omitted for a run that started from noise alone
 * @throws `RUNTIME_RECORD` if the pictures are missing, differ from those of the record, or are not expected
 */
export function startOfRecord(
  { plan, model, guideModel, given }: ImageRecord,
  name: string,
  arrays: GivenArrays = {},
): SavedSampling {
  const { channels, height, width } = plan.shape;
  const pixels = height * width;
  const here = givenOf(arrays, channels * pixels, pixels);
  const fail = (problem: string): never => {
    throw runtimeError('RUNTIME_RECORD', `${name}: ${problem}`);
  };
  const named = {
    plan,
    nextStep: 0,
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
  };
  if (given === undefined) {
    if (plan.start === 'given')
      fail(
        'the record has no hashes of the pictures from which the run started; expected their SHA-256. Start a new run from the pictures; its record will contain the hashes.',
      );
    if (here !== undefined) fail('the run started from noise; expected no pictures. Omit them.');
    return { ...named, x: initialNoise(BigInt(plan.seed), plan.images, channels * pixels) };
  }
  if (given.kind === 'between')
    return fail(
      `the record does not contain the two pictures between which the images lie; expected a run that began with noise, or with pictures that can be passed. Interpolate between the pictures with the SHA-256 ${given.images.join(' and ')} again.`,
    );
  const needed = NEEDED[given.kind];
  const names = [...given.images, ...(given.masks ?? [])];
  if (here === undefined || here.kind !== given.kind) {
    return fail(
      `missing ${needed}; expected those with the SHA-256 ${names.join(', ')}. The record does not contain them; pass them to the call.`,
    );
  }
  const found = [...here.images, ...(here.masks ?? [])];
  if (found.join() !== names.join()) {
    fail(
      `got pictures or masks with the SHA-256 ${found.join(', ')}; expected ${needed}, with the SHA-256 ${names.join(', ')}. Pass the pictures of this run.`,
    );
  }
  if (arrays.edit === undefined) return { ...named, x: arrays.start?.x ?? new Float32Array(0) };
  const { image, mask } = arrays.edit;
  return { ...named, ...startEdit({ image, mask, strength: given.strength }, plan, fail) };
}
