import type { SamplingPlan } from '@isonoise/sampler';

/** Maximum length of a class name within a file name, in characters. */
const MAX_CLASS_NAME = 40;

/**
 * Names the files of drawn images by number, seed and class, such as `0003-seed-7-cat.png`. The numbers make the
 * names within a run unique.
 *
 * @param classNames class names by label; a label without a name, such as the null class, adds nothing to the file
 *   name
 */
export function imageNames(
  { images, seed, classLabels }: Pick<SamplingPlan, 'images' | 'seed' | 'classLabels'>,
  classNames: readonly string[],
): readonly string[] {
  const digits = Math.max(4, String(images.reduce((a, b) => Math.max(a, b), 0)).length);
  return images.map((image, i) => {
    const name = classNames[classLabels?.[i] ?? -1];
    const label = name === undefined ? '' : `-${fileSafe(name) || `class-${classLabels?.[i]}`}`;
    return `${String(image).padStart(digits, '0')}-seed-${seed}${label}.png`;
  });
}

/**
 * Keeps letters, digits and `_`, and replaces other characters by `-`, because some file systems do not allow them.
 */
function fileSafe(name: string): string {
  const parts = name.normalize('NFC').match(/[\p{L}\p{N}_]+/gu) ?? [];
  return [...parts.join('-')].slice(0, MAX_CLASS_NAME).join('');
}
