import { initialNoise, type SavedSampling, startEdit } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { type GivenArrays, givenOf } from './image-given.ts';
import type { ImageRecord } from './image-record.ts';

/** What a record of given pictures needs to be drawn again. */
const NEEDED = {
  edit: 'the pictures and masks that were changed',
  start: 'the images it began with',
} as const;

/**
 * Makes the start of a recorded run, as a saved run whose steps are all left.
 *
 * @param name of the record in errors, such as that of its file
 * @param arrays the pictures of a run that did not begin with noise alone
 * @throws `RUNTIME_RECORD` pictures are missing, are not those of the record, or the record has none
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
        'the file does not name the pictures that the run began with; expected their SHA-256. Draw it again from the pictures.',
      );
    if (here !== undefined) fail('the images began with noise; expected no pictures. Leave them out.');
    return { ...named, x: initialNoise(BigInt(plan.seed), plan.images, channels * pixels) };
  }
  const needed = NEEDED[given.kind];
  const names = [...given.images, ...(given.masks ?? [])];
  if (here === undefined || here.kind !== given.kind) {
    return fail(
      `the file does not contain ${needed}, with the SHA-256 ${names.join(', ')}; expected them too. Give them.`,
    );
  }
  const found = [...here.images, ...(here.masks ?? [])];
  if (found.join() !== names.join()) {
    fail(
      `${needed} have the SHA-256 ${names.join(', ')}; got ${found.join(', ')}. Give the pictures of this run.`,
    );
  }
  if (arrays.edit === undefined) return { ...named, x: arrays.start?.x ?? new Float32Array(0) };
  const { image, mask } = arrays.edit;
  return { ...named, ...startEdit({ image, mask, strength: given.strength }, plan, fail) };
}
