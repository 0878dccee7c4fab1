import { plural } from '@isonoise/error';
import { pictureError } from './errors.ts';
import type { Picture } from './picture.ts';

/**
 * Requires that a picture has width × height × channels samples, and at least one.
 *
 * @throws `PICTURE_SHAPE` if the number of samples is different or 0
 */
export function requireFilled(operation: string, { width, height, channels, data }: Picture): void {
  if (data.length > 0 && data.length === width * height * channels) return;
  throw pictureError(
    'PICTURE_SHAPE',
    `${operation}: ${plural(data.length, 'sample')} in a picture of ${width}x${height}x${channels}; ` +
      'expected width × height × channels, at least one.',
  );
}
