import type { ModelSpec } from '@isonoise/bundle';
import { checkSaved, requireGuide, type SavedSampling } from '@isonoise/sampler';
import type { CreateSchedule } from '@isonoise/schedule';
import { requireGuideFits, requireSameGuide } from './guide-fits.ts';
import type { PlannedModelRequest } from './model-request.ts';
import { requireTimes } from './require-times.ts';
import { requireSameModel } from './same-model.ts';

/** Returns notes about a saved run. Runs saved by older versions lack the hash of their model. */
export const resumedNotes = ({ model }: Pick<SavedSampling, 'model'>): readonly string[] =>
  model === undefined
    ? [
        'the saved run has no hash of its model; only image size, classes, schedule and prediction type were compared',
      ]
    : [];

/** A saved run and its guide. The guide need not be open. */
interface Resumed {
  readonly from: SavedSampling;
  readonly guide?: PlannedModelRequest['guide'];
}

/**
 * Checks that a saved run is consistent and fits the model and the guide. Adds the hashes of both to the run.
 *
 * @param sha256 SHA-256 of the network's file, if known
 * @throws `SAMPLER_SAVED` if the run is not consistent; `SAMPLER_REQUEST` if the guide is missing or not expected;
 *   `RUNTIME_REQUEST` if the run belongs to a different model or guide, the guide does not fit the model, or one of
 *   their graphs does not encode a time of the run exactly
 */
export function toResumedStart(
  spec: ModelSpec,
  sha256: string | undefined,
  { from, guide }: Resumed,
  create?: CreateSchedule,
): SavedSampling {
  const start = checkSaved(from, create);
  requireSameModel(start, spec, sha256);
  requireGuide(start.plan, guide);
  requireTimes(guide === undefined ? [spec] : [spec, guide.spec], () => start.plan, create);
  if (guide !== undefined) {
    requireGuideFits(spec, guide.spec);
    requireSameGuide(start.guideModel, guide.sha256);
  }
  const { model = sha256, guideModel = guide?.sha256 } = start;
  // Return the same object if nothing changes, so that it is not checked again.
  if (model === start.model && guideModel === start.guideModel) return start;
  return {
    ...start,
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
  };
}
