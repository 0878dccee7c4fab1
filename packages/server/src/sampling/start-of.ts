import type { ResumeBody, SampleBody } from '@isonoise/api';
import {
  type Given,
  givenOf,
  type PlannedModelRequest,
  resumedNotes,
  samplingNotes,
  toResumedStart,
  toSampleRequest,
} from '@isonoise/runtime';
import { planSampling, type SamplingStart, savedFromJson, startPlanned } from '@isonoise/sampler';
import type { BodyLimits } from '../http/read-body.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { checked } from './checked.ts';
import { givenEdit } from './given-edit.ts';
import { givenStart } from './given-start.ts';
import { recentSchedule } from './recent-schedules.ts';

/** The parts of a model that are needed to check a request and to compute its cost. */
export type Priced = Pick<CatalogEntry, 'spec' | 'flops' | 'sha256'>;

/** The start of a request without its arrays. */
export type PlannedStart = Omit<SamplingStart, 'x' | 'memory' | 'known'>;

/** The start of a checked request. */
interface RequestStart {
  readonly planned: PlannedStart;
  /**
   * Creates the arrays of the start. Called after the request is admitted, because large arrays take memory and time.
   *
   * @throws ServerError `BODY_INVALID` if the given images do not fit the request
   */
  readonly begin: () => SamplingStart;
  /** Number of the class if all images have the same class; otherwise null. */
  readonly label: number | null;
  readonly notes: readonly string[];
  /** Identifies the pictures that the run starts from or changes; undefined for noise and for resumed runs. */
  readonly given: () => Given | undefined;
}

/**
 * Checks a body against its model and its guide.
 *
 * @throws ServerError `BODY_INVALID`; `BUDGET_EXCEEDED` if given pictures have too many pixels; `MODEL_MISMATCH` if a
 *   saved run belongs to a different model or guide
 */
export function startOf(
  body: SampleBody | ResumeBody,
  own: Priced,
  guide: Priced | undefined,
  limits: BodyLimits,
): RequestStart {
  return 'from' in body ? resumed(body, own, guide) : sampled(body, own, guide, limits);
}

function sampled(
  body: SampleBody,
  { spec, sha256 }: Priced,
  guide: Priced | undefined,
  { arrayBytes }: BodyLimits,
): RequestStart {
  const { guide: _, start: given, edit, ...fields } = body;
  const { sampler, canvas } = fields;
  const size = canvas ?? spec.image;
  const asked: PlannedModelRequest = {
    ...fields,
    ...(given === undefined ? {} : { start: givenStart(given, { spec, size, sampler, arrayBytes }) }),
    ...(edit === undefined ? {} : { edit: givenEdit(edit, { spec, size, arrayBytes }) }),
  };
  const request = guide === undefined ? asked : { ...asked, guide };
  const full = checked(() => ({ ...toSampleRequest(spec, request, recentSchedule), model: sha256 }));
  const plan = checked(() => planSampling(full));
  const { channels, height, width } = plan.shape;
  return {
    planned: { plan, nextStep: 0, model: sha256, guideModel: full.guideModel },
    begin: () => checked(() => startPlanned(plan, full, recentSchedule)),
    given: () => givenOf(asked, channels * height * width, height * width),
    label: body.class === undefined ? null : commonLabel(plan.classLabels),
    notes: samplingNotes(spec, asked, recentSchedule),
  };
}

function resumed(body: ResumeBody, { spec, sha256 }: Priced, guide: Priced | undefined): RequestStart {
  const from = checked(() => savedFromJson(body.from, recentSchedule));
  const start = checked(() => toResumedStart(spec, sha256, { from, guide }, recentSchedule), {
    RUNTIME_REQUEST: 'MODEL_MISMATCH',
  });
  const { classLabels, nullClass } = start.plan;
  const label = commonLabel(classLabels);
  return {
    planned: start,
    begin: () => start,
    given: () => undefined,
    label: label === nullClass ? null : label,
    notes: resumedNotes(from),
  };
}

/** The label of all images; null if they have several or none. */
function commonLabel(labels: readonly number[] | null): number | null {
  const [label = null, ...others] = labels ?? [];
  return others.every((other) => other === label) ? label : null;
}
