import type { Canvas } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';

/** Returns the shape of a request's pictures: the shape of the canvas if there is one, or else of the model's images. */
export const pictureShape = (
  image: ImageShape,
  canvas: Pick<Canvas, 'height' | 'width'> | undefined,
): ImageShape =>
  canvas === undefined ? image : { channels: image.channels, height: canvas.height, width: canvas.width };
