import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import { scriptError } from '../script-error.ts';

const ADVICE = 'Name the set that the model was trained on with --dataset.';

/**
 * Checks that a data set can judge a model's images.
 *
 * @returns number of classes; the model and the data set give each class the same number
 * @throws `QUALITY_JUDGE` the model does not have classes,
 *   or classes or shape differ from the set's
 */
export function requireJudge(
  { name, image, classes }: ModelSpec,
  { name: set, shape, classNames = [] }: Pick<Dataset, 'name' | 'shape' | 'classNames'>,
): number {
  if (classes === null) {
    throw scriptError(
      'QUALITY_JUDGE',
      `quality: ${name} does not have classes; expected a model with classes.`,
    );
  }
  const text = ({ channels, height, width }: typeof shape): string => `${channels}×${height}×${width}`;
  if (text(image) !== text(shape)) {
    throw scriptError(
      'QUALITY_JUDGE',
      `quality: ${name} draws ${text(image)}, ${set} has ${text(shape)}; expected the same shape. ${ADVICE}`,
    );
  }
  if (JSON.stringify(classes.names) !== JSON.stringify(classNames)) {
    throw scriptError(
      'QUALITY_JUDGE',
      `quality: ${name} has the classes ${classes.names.join(', ')}, ${set} has ${classNames.join(', ') || 'none'}; ` +
        `expected the same classes. ${ADVICE}`,
    );
  }
  return classes.names.length;
}
