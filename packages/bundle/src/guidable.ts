import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { NOTE_KEY } from './scheduler-note.ts';
import type { ModelSpec } from './spec.ts';

/** The conditions of a model. */
type Conditions = Pick<ModelSpec, 'classes' | 'tags'>;

/**
 * Whether a model can guide itself (classifier-free guidance). It can if it was also trained on images without their
 * class or tags.
 */
export function isGuidable({ classes, tags }: Conditions): boolean {
  return tags === undefined ? (classes?.nullClass ?? null) !== null : tags.dropped;
}

/** Describes in an error why a model cannot guide itself: `the model …`. */
export function whyNotGuidable({ classes, tags }: Conditions): string {
  if (tags !== undefined) return 'the model was never trained on images without tags';
  return classes === null ? 'the model has neither classes nor tags' : 'the model has no null class';
}

/**
 * Checks that only a model that {@link isGuidable} recommends a guidance scale.
 *
 * @throws `BUNDLE_INCONSISTENT` with the reason
 */
export function checkGuidance(spec: Pick<ModelSpec, 'classes' | 'tags' | 'scheduler'>): void {
  const { guidance } = schedulerMeaning(spec.scheduler);
  if (guidance === null || isGuidable(spec)) return;
  throw bundleError(
    'BUNDLE_INCONSISTENT',
    `${BUNDLE_PATHS.scheduler}: ${NOTE_KEY}.guidance is ${guidance}, but ${whyNotGuidable(spec)}, so it cannot be guided; ` +
      'expected no guidance. Remove it, or export the model again without --guidance.',
  );
}
