import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import type { FeatureNetwork } from './feature-network.ts';

/**
 * Returns the class of each drawn image; null if the model, the data set and the feature network do not have the
 * same classes. If the feature network does not name its classes, they are assumed to be those of the data set.
 */
export function classesOf(
  { classes }: Partial<Pick<ModelSpec, 'classes'>>,
  { classNames }: Pick<Dataset, 'classNames'>,
  network: Pick<FeatureNetwork, 'classNames'>,
  count: number,
): readonly number[] | null {
  const names = classes?.names ?? [];
  const areSame = (others: readonly string[] | undefined): boolean =>
    names.length === others?.length && names.every((name, i) => name === others[i]);
  const isSame = names.length > 0 && areSame(classNames) && areSame(network.classNames ?? classNames);
  return isSame ? Array.from({ length: count }, (_, i) => i % names.length) : null;
}
