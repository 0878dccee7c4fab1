import * as v from 'valibot';
import { type AugmentationConfig, augmentLabelCount, isAugmented } from '../augmentation/augmentation.ts';
import { DEFAULT_PROBABILITY } from '../augmentation/probability.ts';
import { TRANSFORM_NAMES } from '../augmentation/transforms.ts';
import { exact, notArray, share } from './values.ts';

/** Schema of the augmentation. */
export const augmentationSchema: v.GenericSchema<unknown, AugmentationConfig> = v.pipe(
  notArray,
  exact({
    probability: v.optional(share, DEFAULT_PROBABILITY),
    // The order and repetitions do not matter, so equal choices give equal configurations.
    transforms: v.optional(
      v.pipe(
        v.array(v.picklist(TRANSFORM_NAMES)),
        v.minLength(1),
        v.transform((given) => TRANSFORM_NAMES.filter((name) => given.includes(name))),
      ),
      () => [...TRANSFORM_NAMES],
    ),
  }),
);

/**
 * Returns the number of labels of an unchecked augmentation; 0 without one, or if it is invalid, which the parser reports.
 */
export function augmentLabelsOf(augmentation: unknown): number {
  const parsed = v.safeParse(v.optional(augmentationSchema), augmentation);
  return parsed.success && isAugmented(parsed.output) ? augmentLabelCount(parsed.output) : 0;
}
