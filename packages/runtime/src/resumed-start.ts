import type { ModelSpec } from '@isonoise/bundle';
import { checkSaved, requireGuide, type SavedSampling } from '@isonoise/sampler';
import type { CreateSchedule } from '@isonoise/schedule';
import { requireGuideFits, requireSameGuide } from './guide-fits.ts';
import type { PlannedModelRequest } from './model-request.ts';
import { requireTimes } from './require-times.ts';
import { requireSameModel } from './same-model.ts';

/** Notes about a saved run. Older versions did not record the model of a run. */
export const resumedNotes = ({ model }: Pick<SavedSampling, 'model'>): readonly string[] =>
  model === undefined
    ? [
        'the saved run does not record its model; only image size, classes, schedule and prediction type were compared',
      ]
    : [];

/** A saved run and its guide, which need not be open. */
interface Resumed {
  readonly from: SavedSampling;
  readonly guide?: PlannedModelRequest['guide'];
}

/**
 * Checks that a saved run is consistent and belongs to a model and a guide, and records their hashes.
 *
 * @param sha256 SHA-256 of the network's file, if known
 * @throws `SAMPLER_SAVED`; `SAMPLER_REQUEST` the guide is missing, or the run has none; `RUNTIME_REQUEST` the run belongs
 *   to another model or guide
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
  // The same object is not checked again.
  if (model === start.model && guideModel === start.guideModel) return start;
  return {
    ...start,
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
  };
}
