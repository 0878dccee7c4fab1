import type { ImageRecord } from '@isonoise/runtime';
import { type Signal, signal } from '@preact/signals';

/** Whether PNG files contain the request of their images. */
export const keepsRequest: Signal<boolean> = signal(true);

/** Returns the record to write into a PNG file; null for none. */
export const keptRecord = (record: ImageRecord | null): ImageRecord | null =>
  keepsRequest.value ? record : null;
