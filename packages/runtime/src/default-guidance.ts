import { isGuidable, type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import { DEFAULT_GUIDANCE, type PlannedBlend } from '@isonoise/sampler';

/** The parts of a request that determine its default guidance. */
interface RequestParts {
  /** The label of all images or of each one; undefined for models without classes. */
  readonly classLabels: number | readonly number[] | undefined;
  /** The tags of each image; undefined for models without tags. */
  readonly tags: readonly (readonly number[])[] | undefined;
  /** A second condition, to be mixed with the first. */
  readonly blend?: Pick<PlannedBlend, 'classLabels' | 'tags'> | undefined;
  /** Whether the request has `start` images. The images of an edit do not count. */
  readonly isGiven: boolean;
}

/** Returns the scale for guided images of a model: the scale that its bundle recommends, or the default of isonoise. */
export function usualGuidance({ scheduler }: Pick<ModelSpec, 'scheduler'>): number {
  return schedulerMeaning(scheduler).guidance ?? DEFAULT_GUIDANCE;
}

/**
 * Returns the guidance scale for requests without one. It is {@link usualGuidance} if two conditions hold: the
 * images or their blend have a class or tags, and the network was also trained without them. Otherwise it is 1. Runs with
 * `start` images always get 1: an inversion and the run that reverses it need the same scale, and only scale 1 inverts
 * well.
 */
export function defaultGuidance(
  spec: Pick<ModelSpec, 'classes' | 'tags' | 'scheduler'>,
  { classLabels, tags = [], blend, isGiven }: RequestParts,
): number {
  if (isGiven) return 1;
  const nullClass = spec.classes?.nullClass ?? null;
  const labels = typeof classLabels === 'number' ? [classLabels] : (classLabels ?? []);
  const isClass = (label: number): boolean => label !== nullClass;
  const hasClass = [...labels, ...(blend?.classLabels ?? [])].some(isClass);
  const hasTags = [...tags, ...(blend?.tags ?? [])].some(({ length }) => length > 0);
  return isGuidable(spec) && (hasClass || hasTags) ? usualGuidance(spec) : 1;
}

/** Describes {@link defaultGuidance} in one line of help. */
export const DEFAULT_GUIDANCE_HELP: string = `the model's, or ${DEFAULT_GUIDANCE} if it has none; 1 for images without class and tags, for images that are inverted or drawn from given noise, and for models that were always trained with a class or tags`;
