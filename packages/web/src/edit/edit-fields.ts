import { plural } from '@isonoise/error';
import { EDIT_LIMITS, type Edit } from '@isonoise/sampler';

/** The settings of an edit; typed numbers are kept as text. */
export interface EditFields {
  /** Share of the steps that are taken, above 0 and at most 1. */
  readonly strength: number;
  /** Whether the masked part is drawn from noise (`new`), or changed with the strength (`changed`). */
  readonly masked: 'new' | 'changed';
  readonly resample: string;
  readonly jump: string;
  /** Whether the first image is drawn after each stroke. */
  readonly live: boolean;
}

export const DEFAULT_EDIT: EditFields = {
  strength: 0.6,
  masked: 'new',
  resample: '1',
  jump: '1',
  live: false,
};

/** The settings of an edit, or the errors by field. */
export type ReadEdit =
  | { readonly edit: Pick<Edit, 'strength' | 'resample' | 'jump'>; readonly steps: number }
  | { readonly errors: Readonly<Partial<Record<keyof EditFields, string>>> };

/**
 * Checks the settings of an edit.
 *
 * @param isMasked whether a part of the picture is masked; otherwise only the strength has an effect
 * @param steps number of steps of the request
 * @returns the checked settings with the number of steps that are taken, or the errors
 */
export function readEdit(fields: EditFields, isMasked: boolean, steps: number): ReadEdit {
  const errors: Partial<Record<keyof EditFields, string>> = {};
  const isNew = isMasked && fields.masked === 'new';
  const taken = isNew ? steps : Math.round(fields.strength * steps);
  if (taken < 1) errors.strength = `At least ${Math.ceil(50 / steps)} % with ${plural(steps, 'step')}.`;
  if (!isMasked) {
    if (errors.strength !== undefined) return { errors };
    return { edit: { strength: fields.strength }, steps: taken };
  }
  const resample = whole(fields.resample, EDIT_LIMITS.resample);
  if (resample === null) errors.resample = `A whole number from 1 to ${EDIT_LIMITS.resample}.`;
  const repeats = resample !== null && resample > 1;
  const mostJump = Math.min(EDIT_LIMITS.jump, taken - 1);
  const jump = repeats ? whole(fields.jump, mostJump) : 1;
  if (jump === null)
    errors.jump = mostJump < 1 ? 'Needs at least 2 steps.' : `A whole number from 1 to ${mostJump}.`;
  if (resample === null || jump === null || Object.keys(errors).length > 0) return { errors };
  return {
    edit: { ...(isNew ? {} : { strength: fields.strength }), ...(repeats ? { resample, jump } : {}) },
    steps: taken,
  };
}

function whole(text: string, most: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= 1 && value <= most ? value : null;
}
