import type { Picture } from './picture.ts';
import { PictureError } from './picture-error.ts';

/** Makes sure that a picture has a sample for each place. @throws PictureError `BAD_SHAPE` */
export function requireFilled(operation: string, { width, height, channels, data }: Picture): void {
  if (data.length > 0 && data.length === width * height * channels) return;
  throw new PictureError(
    'BAD_SHAPE',
    `${operation}: ${data.length} samples do not fill a picture of ${width}x${height}x${channels}; ` +
      'wanted one or more, as many as width × height × channels.',
  );
}
