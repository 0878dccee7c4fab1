import type { JobBody } from '@isonoise/api';
import { type BundleName, defaultRange, type JobRequest } from '@isonoise/jobs';
import { encodeImageRecord, imageRecord, recordOfImage } from '@isonoise/runtime';
import { requireSavable, type SamplingPlan } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { BodyLimits } from '../http/read-body.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { findGuide } from '../models/find-guide.ts';
import type { Models } from '../models/models.ts';
import { checked } from '../sampling/checked.ts';
import { startOf } from '../sampling/start-of.ts';
import type { SenderText } from './sender-text.ts';

/** The client that sends a job, and the origin from which workers download the bundle. */
export interface Sender {
  readonly client: string;
  /** Origin of this server for workers, such as `http://10.0.0.5:4173`; undefined if they cannot reach it. */
  readonly origin: string | undefined;
}

/** A checked job without its arrays. */
export interface CheckedJob {
  readonly plan: SamplingPlan;
  /** Number of images in each range; the last range can have fewer. */
  readonly rangeSize: number;
  /** Size of the arrays from which the job starts, in bytes; 0 if it starts from noise. */
  readonly startBytes: number;
  /**
   * Creates the arrays of the job. Called after the job is admitted, because the arrays contain a copy of the picture
   * for every image.
   *
   * @throws ServerError `BODY_INVALID` if the given pictures do not fit the request
   */
  begin(): JobRequest;
}

/**
 * Checks a body against its model and its guide.
 *
 * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `MODEL_UNSEALED`, `BODY_INVALID`, `BUDGET_EXCEEDED`
 */
export async function checkJob(
  body: JobBody,
  models: Pick<Models, 'find'>,
  limits: BodyLimits,
  { client, origin }: Sender,
): Promise<CheckedJob> {
  const { priority, sameBits, rangeSize: asked, metadata = true, ...drawing } = body;
  const entry = await models.find(body.model);
  const guide = body.guide === undefined ? undefined : await findGuide(models, body.guide);
  const bundles = { bundle: bundleOf(entry), guide: guide && bundleOf(guide) };
  const { planned, begin, given: hashes } = startOf(drawing, entry, guide, limits);
  const { plan } = planned;
  const rangeSize = asked ?? defaultRange(plan);
  checked(() => requireSavable({ ...plan, images: plan.images.slice(0, rangeSize) }));
  const given = hashes();
  if (metadata) checked(() => encodeImageRecord(recordOfImage(imageRecord(planned, { given }), 0)));
  const text: SenderText = { metadata, given, classNames: entry.spec.classes?.names ?? [] };
  return {
    plan,
    rangeSize,
    startBytes: drawing.start === undefined && drawing.edit === undefined ? 0 : givenBytes(plan),
    begin: () => ({
      ...bundles,
      start: begin(),
      client,
      rangeSize,
      sameBits,
      priority,
      sources: { bundle: sourceOf(entry, origin), guide: guide && sourceOf(guide, origin) },
      senderText: JSON.stringify(text),
    }),
  };
}

/**
 * Returns the size in bytes of the arrays of a run that starts from pictures: its images and, with a mask, the pictures
 * and the masks.
 */
function givenBytes({ images, shape, inpainting }: SamplingPlan): number {
  const pixels = images.length * shape.height * shape.width;
  const values = shape.channels * pixels;
  return 4 * values + (inpainting === undefined ? 0 : 4 * values + pixels);
}

function bundleOf({ name, seal }: CatalogEntry): BundleName {
  if (seal !== null) return { sha256: seal, name };
  throw new ServerError(
    'MODEL_UNSEALED',
    `model ${name} was exported by an early version, without its own SHA-256; expected a sealed model, because jobs identify a model by this hash. Export it again.`,
  );
}

const sourceOf = ({ name }: CatalogEntry, origin: string | undefined): string | undefined =>
  origin === undefined ? undefined : `${origin}/models/${encodeURIComponent(name)}/`;
