import { MOST_IMAGES, sizeError } from '../request/size-error.ts';
import type { Subject } from '../request/subject.ts';
import { readTags } from '../request/tag-text.ts';
import type { Layers } from './layers.ts';

/** The settings of images between two pictures; typed numbers are kept as text. */
export interface BetweenSettings {
  readonly count: string;
  /** Steps in each direction. */
  readonly steps: string;
}

/** The defaults of `pnpm interpolate`. */
export const DEFAULT_BETWEEN: BetweenSettings = { count: '8', steps: '50' };

/** The checked settings, or the errors by field. */
export type ReadBetweenPictures =
  | {
      readonly count: number;
      readonly steps: number;
      /** Class or tags of both pictures. */
      readonly condition: {
        readonly class?: number | undefined;
        readonly tags?: readonly string[] | undefined;
      };
    }
  | { readonly errors: Readonly<Partial<Record<keyof BetweenSettings | 'second', string>>> };

/**
 * Checks the settings of images between two pictures. Errors are worded for the form.
 *
 * @param subject the request of the form, whose class or tags describe both pictures
 * @param second the second picture; null before it is chosen
 */
export function readBetweenPictures(
  { count: countText, steps: stepsText }: BetweenSettings,
  { asked, spec, form }: Pick<Subject, 'asked' | 'spec' | 'form'>,
  first: Layers,
  second: Layers | null,
): ReadBetweenPictures {
  const errors: Partial<Record<keyof BetweenSettings | 'second', string>> = {};
  const T = spec.scheduler.num_train_timesteps;
  const count = whole(countText, 2, MOST_IMAGES);
  const steps = whole(stepsText, 1, T);
  if (count === null) errors.count = `A whole number from 2 to ${MOST_IMAGES}.`;
  if (steps === null) errors.steps = `A whole number from 1 to ${T}.`;
  const tooLarge = count === null ? null : sizeError(count, first, undefined);
  if (tooLarge !== null) errors.count = tooLarge;
  if (second !== null && !hasSameShape(first, second))
    errors.second = `It has ${sizeOf(second)}, and the first has ${sizeOf(first)}. Choose the second picture again.`;
  else if (Array.isArray(asked.class))
    errors.second = 'Choose one class in the request. It describes both pictures.';
  if (count === null || steps === null || Object.keys(errors).length > 0) return { errors };
  const label = typeof asked.class === 'number' ? asked.class : undefined;
  return {
    count,
    steps,
    condition: spec.tags === undefined ? { class: label } : { tags: readTags(form.class).tags },
  };
}

function whole(text: string, least: number, most: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= least && value <= most ? value : null;
}

const hasSameShape = (a: Layers, b: Layers): boolean =>
  a.width === b.width && a.height === b.height && a.channels === b.channels;

const sizeOf = ({ width, height, channels }: Layers): string =>
  `${width} × ${height} pixels and ${channels === 1 ? '1 channel' : `${channels} channels`}`;

/** Describes how exactly both pictures were redrawn, as `pnpm interpolate` does. */
export const redrawnNote = ([first = 0, second = 0]: readonly number[]): string =>
  `After redrawing from noise, the first picture differs by ${first.toFixed(3)} and the second by ${second.toFixed(3)} (root mean square, at most 2). More steps reduce the difference`;
