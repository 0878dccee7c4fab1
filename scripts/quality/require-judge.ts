import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';

const ADVICE = 'Name the set that the model was trained on with --dataset.';

/** A data set cannot judge a model's images. */
class QualityError extends Error {
  override readonly name = 'QualityError';
  readonly code = 'QUALITY_JUDGE';
}

/**
 * Checks that a data set can judge a model's images.
 *
 * @returns number of classes, which the model and the set number alike
 * @throws QualityError `QUALITY_JUDGE` the model does not have classes,
 *   or classes or shape differ from the set's
 */
export function requireJudge(
  { name, image, classes }: ModelSpec,
  { name: set, shape, classNames = [] }: Pick<Dataset, 'name' | 'shape' | 'classNames'>,
): number {
  if (classes === null) {
    throw new QualityError(`quality: ${name} does not have classes; expected a model with classes.`);
  }
  const text = ({ channels, height, width }: typeof shape): string => `${channels}×${height}×${width}`;
  if (text(image) !== text(shape)) {
    throw new QualityError(
      `quality: ${name} draws ${text(image)}, ${set} has ${text(shape)}; expected the same shape. ${ADVICE}`,
    );
  }
  if (JSON.stringify(classes.names) !== JSON.stringify(classNames)) {
    throw new QualityError(
      `quality: ${name} has the classes ${classes.names.join(', ')}, ${set} has ${classNames.join(', ') || 'none'}; ` +
        `expected the same classes. ${ADVICE}`,
    );
  }
  return classes.names.length;
}
