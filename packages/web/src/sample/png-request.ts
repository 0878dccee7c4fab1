import type { ImageRecord } from '@isonoise/runtime';
import { type Signal, signal } from '@preact/signals';

/** Whether PNG files contain the request of their images. */
export const keepsRequest: Signal<boolean> = signal(true);

/** Returns the record to write into a PNG file; null for none. */
export const keptRecord = (record: ImageRecord | null): ImageRecord | null =>
  keepsRequest.value ? record : null;

/** Describes what PNG files with a record contain. */
export function describeRecord({ given, plan }: Pick<ImageRecord, 'given' | 'plan'>): string {
  // The record of a resumed run does not contain the hashes of the pictures.
  const isGiven = plan.start === 'given' || plan.inpainting !== undefined;
  if (given === undefined && !isGiven)
    return 'PNG files contain the request: dropped here, they are drawn again';
  const missing =
    given === undefined
      ? 'the pictures that the saved run began with'
      : given.kind === 'start'
        ? 'the values between two seeds that the images began with'
        : 'the picture that was changed';
  return `PNG files contain the request, but not ${missing}`;
}
