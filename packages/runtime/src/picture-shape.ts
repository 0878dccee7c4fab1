import type { Canvas } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';

/** Returns the shape of a request's pictures: the shape of the canvas, or of the model's images without a canvas. */
export const pictureShape = (
  image: ImageShape,
  canvas: Pick<Canvas, 'height' | 'width'> | undefined,
): ImageShape =>
  canvas === undefined ? image : { channels: image.channels, height: canvas.height, width: canvas.width };
