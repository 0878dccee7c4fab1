import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import { scriptError } from '../../script-error.ts';

/**
 * Checks that a data set can judge a model's images.
 *
 * @returns number of classes; the model and the data set give each class the same number
 * @throws `BENCH_JUDGE` if the model does not have classes, or if its classes or its shape differ from those of the set
 */
export function requireJudge(
  { name, image, classes }: ModelSpec,
  { name: set, shape, classNames = [] }: Pick<Dataset, 'name' | 'shape' | 'classNames'>,
): number {
  if (classes === null) {
    throw scriptError(
      'BENCH_JUDGE',
      `bench samplers: ${name} does not have classes; expected a model with classes.`,
    );
  }
  const text = ({ channels, height, width }: typeof shape): string => `${channels}×${height}×${width}`;
  if (text(image) !== text(shape)) {
    throw scriptError(
      'BENCH_JUDGE',
      `bench samplers: ${name} draws ${text(image)}, ${set} has ${text(shape)}; expected the same shape.`,
    );
  }
  if (JSON.stringify(classes.names) !== JSON.stringify(classNames)) {
    throw scriptError(
      'BENCH_JUDGE',
      `bench samplers: ${name} has the classes ${classes.names.join(', ')}, ${set} has ${classNames.join(', ') || 'none'}; ` +
        `expected the same classes.`,
    );
  }
  return classes.names.length;
}
