import type { ModelSpec } from '@isonoise/bundle';
import { NEGATIVE_GUIDANCE, usualGuidance } from '@isonoise/runtime';
import { readTags } from './tag-text.ts';

/**
 * Returns the guidance scale of a form whose field is empty: the scale of requests with negative tags if the form has
 * such tags, else the scale that the model recommends.
 */
export function recommendedGuidance({ class: text }: { readonly class: string }, spec: ModelSpec): number {
  const hasNegative = spec.tags !== undefined && readTags(text).without.length > 0;
  return hasNegative ? NEGATIVE_GUIDANCE : usualGuidance(spec);
}

/** Returns the guidance scale of a form; NaN if the field is not a number. */
export function guidanceOf(
  form: { readonly class: string; readonly guidance: string },
  spec: ModelSpec,
): number {
  return form.guidance.trim() === '' ? recommendedGuidance(form, spec) : Number(form.guidance);
}
