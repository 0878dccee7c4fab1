import type { Canvas } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';

/** Returns the shape of the pictures of a request: that of the model's images, or that of the canvas. */
export const pictureShape = (
  image: ImageShape,
  canvas: Pick<Canvas, 'height' | 'width'> | undefined,
): ImageShape =>
  canvas === undefined ? image : { channels: image.channels, height: canvas.height, width: canvas.width };
