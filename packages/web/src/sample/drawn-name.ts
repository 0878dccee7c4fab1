import type { DrawnImages } from './drawing.ts';

type Drawn = Pick<DrawnImages, 'model' | 'seed'>;

/** Returns the name of a file with drawn images, without its extension: `cats-seed7`. */
export const drawnFileName = ({ model, seed }: Drawn): string =>
  seed === null ? `${model}-between` : `${model}-seed${seed}`;

/** Names drawn images for display: `cats, seed 7`. */
export const drawnName = ({ model, seed }: Drawn): string =>
  seed === null ? model : `${model}, seed ${seed}`;
