import type { ModelSpec } from '@isonoise/bundle';
import { type IsonoiseError, plural } from '@isonoise/error';
import { columnsOfLabels, type ImagesShape, readPngText, sheetLook, sheetSize } from '@isonoise/picture';
import {
  decodeImageRecord,
  type Given,
  IMAGE_RECORD,
  type ImageRecord,
  resumedNotes,
  startOfRecord,
  toResumedStart,
} from '@isonoise/runtime';
import { decodeSampling, type SavedSampling, samplerError } from '@isonoise/sampler';
import type { RestoredBetween } from '../edit/handoff.ts';
import { webError } from '../errors.ts';
import type { KeptDrawing } from '../history/kept-drawing.ts';
import type { ModelStore } from '../model/model-store.ts';
import { NO_FINISH_TEXTS } from '../request/finish-texts.ts';
import { fitForm } from '../request/fit-form.ts';
import type { RequestForm } from '../request/request-form.ts';
import { MOST_IMAGES } from '../request/size-error.ts';
import type { CatalogStore } from '../server/catalog.ts';
import { type FinishParts, withChosenFinish } from './chosen-finish.ts';
import type { OpenedRun } from './drawing-store.ts';
import { formOfPlan } from './form-of-plan.ts';
import { readRecordedFinish } from './recorded-finish.ts';
import { restoreBetween } from './restore-between.ts';
import type { ReadRun } from './run-files.ts';
import { runFinish } from './run-finish.ts';

/** The parts of the page that reading a run uses. */
export interface ReadParts
  extends FinishParts,
    Pick<CatalogStore, 'loadCatalog'>,
    Pick<ModelStore, 'hashNamed' | 'nameOfHash' | 'specNamed'> {
  /** The form of the Sample tab, whose choices replace what a run does not record. */
  readonly form: { readonly value: RequestForm };
  /** Finds the kept drawing whose PNG file contains a request. */
  readonly drawingOfRecord: (record: ImageRecord) => KeptDrawing | undefined;
}

/**
 * Reads a saved run, or the request in a PNG file. The PNG of an edit contains only hashes of its pictures, so the edit
 * is looked up in the history. If images between two pictures are not found there, their settings are returned. For all
 * other files, the model and the guide are found by their hashes and checked.
 *
 * @throws `SAMPLER_SAVED` or `RUNTIME_RECORD` if the file is not valid; `RUN_MODEL_MISSING`, `RUN_PICTURE_MISSING`,
 *   `RUN_FINISHED`, `RUN_TOO_MANY`, `RUNTIME_REQUEST` or `PICTURE_TOO_LARGE` if the page cannot draw the run
 */
export async function readRun(file: File, parts: ReadParts): Promise<ReadRun> {
  if (isPng(file)) return openPng(file, parts);
  const run = await openSaved(file, await savedOfJson(file), parts);
  const { model, palette, symmetry } = parts.form.value;
  const texts = model === run.images.model ? { palette, symmetry } : NO_FINISH_TEXTS;
  return withChosenFinish(run, texts, parts);
}

/** Opens the request in a PNG file as a run without steps, or finds its kept edit. */
async function openPng(file: File, parts: ReadParts): Promise<ReadRun> {
  const bytes = new Uint8Array(await reading(file, () => file.arrayBuffer()));
  const text = readPngText(bytes, IMAGE_RECORD.keyword, IMAGE_RECORD.most);
  const record = decodeImageRecord(text, file.name);
  if (record.given !== undefined) {
    const kept = parts.drawingOfRecord(record);
    if (kept !== undefined) return kept;
    if (record.given.kind === 'between') return readBetween(file, record, record.given, parts);
    throw missingPictures(file, record.given);
  }
  const { images, shape } = record.plan;
  const all: ImagesShape = [images.length, shape.channels, shape.height, shape.width];
  // A forged request may ask for more images than fit in memory.
  sheetSize(all, sheetLook(all));
  return withFinish(await openSaved(file, startOfRecord(record, file.name), parts), record, parts);
}

/** Reads the request for images between two pictures, which the Edit tab shows. */
async function readBetween(
  file: File,
  { plan, model }: ImageRecord,
  given: Given,
  parts: ReadParts,
): Promise<RestoredBetween> {
  await parts.loadCatalog();
  const { spec } = await modelOf(file, 'model', model, parts.form.value.model, parts);
  return restoreBetween(file.name, given, plan, spec);
}

/** Returns the error for a run that did not begin with noise. Its file contains only hashes of its pictures. */
function missingPictures({ name }: File, { kind, masks, strength }: Given): IsonoiseError {
  const needed =
    kind === 'start'
      ? 'its initial values, such as those between two seeds'
      : `the picture that was changed${masks === undefined ? '' : ' and its mask'}`;
  const known = strength === undefined ? '' : ` The strength was ${strength}.`;
  return webError(
    'RUN_PICTURE_MISSING',
    `${name}: the file contains the request, but not ${needed}; expected a drawing that began with noise.${known} ` +
      `On the command line, pnpm sample <model> --like ${name} ${flagsOf(kind, masks)} repeats it; use the same --fit as before. ` +
      'To change a picture, open it on the Edit tab. If you drop this file there, the file itself becomes the picture.',
  );
}

/** Returns the flags of `pnpm sample` that name the missing pictures. */
function flagsOf(kind: Given['kind'], masks: Given['masks']): string {
  if (kind === 'start') return '--from <file>';
  return masks === undefined
    ? '--init <picture>'
    : '--init <picture> and --mask <mask> or --outpaint <margins>';
}

async function savedOfJson(file: File): Promise<SavedSampling> {
  const saved = decodeSampling(await reading(file, () => file.text()), file.name);
  const { length: steps } = saved.plan.steps;
  if (saved.nextStep < steps) return saved;
  const done = steps === 1 ? 'the only step of the saved run is' : `all ${steps} steps of the saved run are`;
  const problem = `${file.name}: ${done} done; expected a run with steps left.`;
  throw webError('RUN_FINISHED', `${problem} Save a run before its last step.`);
}

async function openSaved(file: File, saved: SavedSampling, parts: ReadParts): Promise<OpenedRun> {
  const { plan } = saved;
  const { length: count } = plan.images;
  // A forged request may ask for more images than the page can handle.
  if (count > MOST_IMAGES)
    throw webError(
      'RUN_TOO_MANY',
      `${file.name}: the run has ${plural(count, 'image')}; expected at most ${MOST_IMAGES} on this page. Draw it with pnpm sample.`,
    );
  await parts.loadCatalog();
  const chosen = parts.form.value;
  const model = await modelOf(file, 'model', saved.model, chosen.model, parts);
  const guide =
    plan.guidedBy === 'network'
      ? await modelOf(file, 'guide', saved.guideModel, chosen.guide, parts)
      : undefined;
  const from = toResumedStart(model.spec, model.sha256, { from: saved, guide });
  const { channels, height, width } = plan.shape;
  const shape: ImagesShape = [plan.images.length, channels, height, width];
  const columns = columnsOfLabels(plan.classLabels, model.spec.classes?.names.length ?? 0);
  sheetSize(shape, { ...sheetLook(shape), columns });
  const form = formOfPlan(from.plan, model.spec, guide?.spec);
  const cannotShow = 'The form cannot show the settings of this saved run, so its images have no link';
  return {
    from,
    guide: guide?.spec.name,
    finish: undefined,
    shown: form ?? fitForm(chosen, model.spec, parts.specNamed(chosen.model)),
    images: {
      spec: model.spec,
      numbers: plan.images,
      shape,
      columns,
      model: model.spec.name,
      seed: plan.seed,
      form,
      isResumed: saved.nextStep > 0 ? true : undefined,
      notes: [...resumedNotes(saved), ...(form === null ? [cannotShow] : [])],
    },
  };
}

/** Adds the changes of the finished images that a PNG file records. */
async function withFinish(
  run: OpenedRun,
  record: ImageRecord,
  { lookOf, compute }: FinishParts,
): Promise<OpenedRun> {
  const { images, shown } = run;
  const read = await readRecordedFinish(record, () => lookOf(images.model));
  const notes = [...images.notes, ...read.notes];
  const form = images.form === null || read.notes.length > 0 ? null : { ...images.form, ...read.texts };
  return {
    ...run,
    shown: form ?? { ...shown, ...read.texts },
    images: { ...images, form, notes },
    finish: runFinish(read.finish, images.shape, compute),
  };
}

const isPng = ({ name }: File): boolean => /\.png$/i.test(name);

async function reading<T>(file: File, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const problem = `${file.name}: cannot be read (${String(cause)}); expected a readable file. Choose it again.`;
    throw samplerError('SAMPLER_SAVED', problem, { cause });
  }
}

/**
 * Finds the model or the guide of a saved run by its hash. If the run does not record the hash, uses the choice of the
 * form.
 *
 * @throws `RUN_MODEL_MISSING` if the model or the guide is not available
 */
async function modelOf(
  file: File,
  role: 'model' | 'guide',
  sha256: SavedSampling['model'],
  chosen: string,
  parts: ReadParts,
): Promise<{ readonly spec: ModelSpec; readonly sha256: string | undefined }> {
  const name = sha256 === undefined ? chosen : await nameOfModel(sha256, parts);
  const spec = name === null ? null : parts.specNamed(name);
  if (spec !== null) return { spec, sha256: sha256 ?? parts.hashNamed(spec.name) };
  const problem =
    sha256 === undefined
      ? `the saved run does not record its ${role}, and no ${role} is chosen here; expected one. Choose the ${role}`
      : `the ${role} of the saved run is not on this page; expected the one with the SHA-256 ${sha256}. Open the files of that model`;
  throw webError('RUN_MODEL_MISSING', `${file.name}: ${problem}, then open the run again.`);
}

/**
 * Returns the name of the model with a hash. If the list has no such model, loads the list again, because the model may
 * be newer than the list.
 */
async function nameOfModel(
  sha256: string,
  { nameOfHash, loadCatalog }: Pick<ReadParts, 'nameOfHash' | 'loadCatalog'>,
): Promise<string | null> {
  const known = nameOfHash(sha256);
  if (known !== null) return known;
  await loadCatalog({ again: true });
  return nameOfHash(sha256);
}
