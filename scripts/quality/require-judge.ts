import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';

/** A set cannot judge a model's images. */
class QualityError extends Error {
  override readonly name = 'QualityError';
  readonly code = 'QUALITY_JUDGE';
}

/**
 * @returns how many classes the model knows: those of the set, under the same numbers
 * @throws QualityError `QUALITY_JUDGE` the model knows no classes, or others than the set; or draws another shape
 */
export function requireJudge(
  { name, image, classes }: ModelSpec,
  { name: set, shape, classNames = [] }: Pick<Dataset, 'name' | 'shape' | 'classNames'>,
): number {
  if (classes === null) {
    throw new QualityError(`quality: ${name} knows no classes, so there is nothing to agree on.`);
  }
  const text = ({ channels, height, width }: typeof shape): string => `${channels}×${height}×${width}`;
  if (text(image) !== text(shape)) {
    throw new QualityError(
      `quality: ${name} draws ${text(image)}, ${set} has ${text(shape)}; name what it was trained on with --dataset.`,
    );
  }
  if (JSON.stringify(classes.names) !== JSON.stringify(classNames)) {
    throw new QualityError(
      `quality: ${name} knows the classes ${classes.names.join(', ')}; ${set} has ${classNames.join(', ') || 'none'}. ` +
        'Name what it was trained on with --dataset.',
    );
  }
  return classes.names.length;
}
