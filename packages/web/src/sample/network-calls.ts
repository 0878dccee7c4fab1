import { countPlanCalls, imagesPerCall, planRows, type SamplingPlan } from '@isonoise/sampler';

/** The network calls of a run. */
export interface NetworkCalls {
  /** Images that the network and the guide compute in the run. */
  readonly images: number;
  /** Windows of each picture; 1 for a picture that is drawn as a whole. */
  readonly windows: number;
}

/** Counts the network calls of a plan. */
export function networkCalls(plan: SamplingPlan): NetworkCalls {
  const { network, guide } = countPlanCalls(plan, planRows(plan));
  return {
    images: plan.images.length * (network + guide),
    windows: imagesPerCall({ ...plan, blend: undefined }),
  };
}

/** The fields of a finished drawing of the history that describe its speed. */
interface TimedDrawing {
  readonly model: string;
  readonly elapsedMs: number;
  readonly record?: { readonly plan: SamplingPlan } | null | undefined;
  readonly kind?: 'edit' | 'preview' | undefined;
  /** As in `DrawnImages`. */
  readonly isResumed?: boolean | undefined;
}

/**
 * Estimates the time of a run from the latest drawing of the same model.
 *
 * @param drawings newest first. Edits and resumed runs are left out, because they skip or repeat steps.
 * @returns milliseconds; null if no drawing of the model is known
 */
export function estimateMs(images: number, model: string, drawings: readonly TimedDrawing[]): number | null {
  const last = drawings.find(
    (drawing) =>
      drawing.model === model && drawing.kind === undefined && drawing.isResumed !== true && drawing.record,
  );
  if (!last?.record) return null;
  return (images * last.elapsedMs) / networkCalls(last.record.plan).images;
}
