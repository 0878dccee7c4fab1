import type { SamplingPlan } from '@isonoise/sampler';

/** Maximum length of a class name within a file name, in characters. */
const MAX_CLASS_NAME = 40;

/**
 * Names the files of drawn images by number, seed and class: `0003-seed-7-cat.png`. The numbers make the
 * names of a run unique.
 *
 * @param classNames class names by label; labels without a name, such as the null class, are left out
 */
export function imageNames(
  { images, seed, classLabels }: Pick<SamplingPlan, 'images' | 'seed' | 'classLabels'>,
  classNames: readonly string[],
): readonly string[] {
  const digits = Math.max(4, String(Math.max(...images)).length);
  return images.map((image, i) => {
    const name = classNames[classLabels?.[i] ?? -1];
    const label = name === undefined ? '' : `-${fileSafe(name) || `class-${classLabels?.[i]}`}`;
    return `${String(image).padStart(digits, '0')}-seed-${seed}${label}.png`;
  });
}

/** Replaces everything but letters, digits, `-` and `_`, which some file systems do not allow in names. */
function fileSafe(name: string): string {
  const parts = name.normalize('NFC').match(/[\p{L}\p{N}_]+/gu) ?? [];
  return [...parts.join('-')].slice(0, MAX_CLASS_NAME).join('');
}
