import type { JobBody } from '@isonoise/api';
import type { BundleName, JobRequest } from '@isonoise/jobs';
import { encodeImageRecord, imageRecord, recordOfImage } from '@isonoise/runtime';
import { requireSavable } from '@isonoise/sampler';
import type { BodyLimits } from '../http/read-body.ts';
import type { CatalogEntry } from '../models/catalog.ts';
import { findGuide } from '../models/find-guide.ts';
import { modelBroken } from '../models/model-broken.ts';
import type { Models } from '../models/models.ts';
import { checked } from '../sampling/checked.ts';
import { startOf } from '../sampling/start-of.ts';
import type { SenderText } from './sender-text.ts';

/** Who sends a job, and where workers find its bundle. */
export interface Sender {
  readonly client: string;
  /** Origin of this server for workers, such as `http://10.0.0.5:4173`; undefined if they cannot reach it. */
  readonly origin: string | undefined;
}

/**
 * Converts a body to a job, and checks it against its model and its guide.
 *
 * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `BODY_INVALID`, `BUDGET_EXCEEDED`
 */
export async function jobRequest(
  body: JobBody,
  models: Pick<Models, 'find'>,
  limits: BodyLimits,
  { client, origin }: Sender,
): Promise<JobRequest> {
  const { priority, sameBits, rangeSize, metadata = true, ...drawing } = body;
  const entry = await models.find(body.model);
  const guide = body.guide === undefined ? undefined : await findGuide(models, body.guide);
  const { planned, begin, given: hashes } = startOf(drawing, entry, guide, limits);
  const { plan } = planned;
  if (rangeSize !== undefined)
    checked(() => requireSavable({ ...plan, images: plan.images.slice(0, rangeSize) }));
  const given = hashes();
  if (metadata) checked(() => encodeImageRecord(recordOfImage(imageRecord(planned, { given }), 0)));
  const text: SenderText = { metadata, given, classNames: entry.spec.classes?.names ?? [] };
  return {
    start: begin(),
    bundle: bundleOf(entry),
    guide: guide && bundleOf(guide),
    client,
    rangeSize,
    sameBits,
    priority,
    sources: { bundle: sourceOf(entry, origin), guide: guide && sourceOf(guide, origin) },
    senderText: JSON.stringify(text),
  };
}

function bundleOf({ name, seal }: CatalogEntry): BundleName {
  if (seal !== null) return { sha256: seal, name };
  throw modelBroken(
    name,
    new Error('it was exported by an early version, without its own SHA-256, by which jobs name a model'),
  );
}

const sourceOf = ({ name }: CatalogEntry, origin: string | undefined): string | undefined =>
  origin === undefined ? undefined : `${origin}/models/${encodeURIComponent(name)}/`;
