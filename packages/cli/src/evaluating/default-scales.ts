import { isGuidable, type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import type { Terminal } from '../terminal/terminal.ts';
import type { DrawnTags } from './drawn-tags.ts';

/** Inputs of {@link defaultScales} besides the measured model. */
interface ScaleOptions {
  /** The model of `--against`. */
  readonly other?: ModelSpec | undefined;
  /** Tags of the images. */
  readonly tags?: Pick<DrawnTags, 'of' | 'example'> | undefined;
}

/**
 * Returns the guidance scales that are measured by default. They include 1, because measures compare drawn images with
 * data, which are not guided. A scale that the model recommends follows, unless all images are drawn without tags.
 * The recommended scale is also left out, with a warning, if the second model cannot be guided, because both models
 * must draw with the same scales.
 */
export function defaultScales(
  { name, scheduler }: Pick<ModelSpec, 'name' | 'scheduler'>,
  { other, tags }: ScaleOptions,
  terminal: Pick<Terminal, 'warn'>,
): readonly number[] {
  const { guidance } = schedulerMeaning(scheduler);
  const isUntagged = tags !== undefined && tags.of(tags.example).length === 0;
  if (guidance === null || guidance === 1 || isUntagged) return [1];
  if (other === undefined || isGuidable(other)) return [1, guidance];
  terminal.warn(
    `${name} recommends guidance ${guidance}, but ${other.name} cannot be guided, so both models are measured without guidance`,
  );
  return [1];
}
