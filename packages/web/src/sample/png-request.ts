import type { Given, ImageRecord } from '@isonoise/runtime';

/** What a PNG file does not contain, by the kind of its request. */
const MISSING: { readonly [K in Given['kind']]: string } = {
  start: 'the initial values, which lie between two seeds',
  edit: 'the picture that was changed',
  between: 'the two pictures',
};

/** Describes what PNG files with a record contain. */
export function describeRecord({ given, plan }: Pick<ImageRecord, 'given' | 'plan'>): string {
  // The record of a resumed run does not contain the hashes of the pictures.
  const isGiven = plan.start === 'given' || plan.inpainting !== undefined;
  if (given === undefined && !isGiven)
    return 'PNG files contain the request. A file that is dropped here is drawn again';
  const missing = given === undefined ? 'the initial pictures of the saved run' : MISSING[given.kind];
  return `PNG files contain the request, but not ${missing}`;
}
