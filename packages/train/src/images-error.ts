import { IsonoiseError } from '@isonoise/error';

/**
 * What to change so that images fit a network: the size, colours or classes of the images, the number of levels of the
 * network, or its patches.
 */
export type ImagesRemedy = 'size' | 'colours' | 'classes' | 'levels' | 'unpatched';

/** Error `TRAIN_IMAGES` of images that do not fit the network. */
export class ImagesError extends IsonoiseError<'TRAIN_IMAGES'> {
  /** The changes that can help, most useful first; empty if only fields of the configuration are wrong. */
  readonly remedies: readonly ImagesRemedy[];

  constructor(message: string, remedies: readonly ImagesRemedy[]) {
    super('TRAIN_IMAGES', message);
    this.remedies = remedies;
  }
}
