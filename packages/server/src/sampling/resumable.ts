import type { ResumeBody, SampleBody } from '@isonoise/api';
import { plural } from '@isonoise/error';
import { mostKept, planRows, requireSavable, savedToJson } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { BodyLimits } from '../http/read-body.ts';
import { base64Length } from './base64-length.ts';
import { checked } from './checked.ts';
import { recentSchedule } from './recent-schedules.ts';
import type { PlannedStart } from './start-of.ts';

/** Options of a request that resumes a saved run, with the longest values. */
const OPTIONS = { format: 'float32', previewEvery: 1e5, saveEvery: 1e5, stopAfter: 1e5 };

/**
 * Checks that the runs that a request saves can be sent to `POST /v1/resume` of this server.
 *
 * @param end number of finished steps of the run when the request ends
 * @throws ServerError `BODY_INVALID`; `BUDGET_EXCEEDED` if a saved run would be longer than the limits of a body
 */
export function requireResumable(
  body: SampleBody | ResumeBody,
  { plan, nextStep, model, guideModel }: PlannedStart,
  end: number,
  { arrayBytes, bodyBytes }: BodyLimits,
): void {
  checked(() => requireSavable(plan, recentSchedule));
  const { images, shape, steps } = plan;
  const values = images.length * shape.channels * shape.height * shape.width;
  const isStream = body.format !== 'saved';
  const rows = planRows(plan, recentSchedule);
  const kept = mostKept(rows, isStream ? nextStep + 1 : end, isStream ? steps.length - 1 : end);
  // A run with a mask contains the picture and the mask, which has one byte per pixel.
  const pixels = images.length * shape.height * shape.width;
  const known = plan.inpainting === undefined ? 0 : base64Length(values) + base64Length(pixels / 4);
  const arrays = (1 + kept) * base64Length(values) + known;
  if (arrays > arrayBytes) {
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `a saved run of ${plural(images.length, 'image')} has ${plural(arrays, 'byte')} of arrays; expected at most ${arrayBytes}, which ` +
        'POST /v1/resume accepts. Request fewer images, or split the request with `images`: image i of a seed is the same ' +
        'in every request.',
    );
  }
  const from = savedToJson({
    plan,
    nextStep: steps.length,
    x: new Float32Array(0),
    ...hashes(model, guideModel),
  });
  const rest = Buffer.byteLength(JSON.stringify({ model: body.model, guide: body.guide, from, ...OPTIONS }));
  if (rest <= bodyBytes) return;
  throw new ServerError(
    'BUDGET_EXCEEDED',
    `a saved run of ${plural(images.length, 'image')} and ${plural(steps.length, 'step')} has ${plural(rest, 'byte')} besides arrays; expected at most ` +
      `${bodyBytes}, which POST /v1/resume accepts. Request fewer steps or images.`,
  );
}

const hashes = (
  model: string | undefined,
  guideModel: string | undefined,
): { readonly model?: string; readonly guideModel?: string } => ({
  ...(model === undefined ? {} : { model }),
  ...(guideModel === undefined ? {} : { guideModel }),
});
