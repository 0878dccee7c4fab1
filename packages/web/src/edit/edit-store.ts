import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { GuideModel, Model, ModelSampleRequest } from '@isonoise/runtime';
import type { ReadonlySignal } from '@preact/signals';
import type { FormSignal } from '../request/form-signal.ts';
import { sizeError } from '../request/size-error.ts';
import type { Subject } from '../request/subject.ts';
import type { RunFinish } from '../sample/run.ts';
import type { Runner } from '../sample/runner.ts';
import { type EditFields, readEdit } from './edit-fields.ts';
import { valuesOf } from './layer-values.ts';
import { hasMask, type Layers } from './layers.ts';
import { windowCount } from './margins.ts';

/** The parts of the page that an edit store uses. */
export interface EditParts {
  readonly layers: ReadonlySignal<Layers | null>;
  readonly form: FormSignal;
  readonly fields: ReadonlySignal<EditFields>;
  readonly runner: Runner;
  /** Checks the form; null if it is invalid. */
  readonly subjectOf: (form: FormSignal['value']) => Subject | null;
  /** Returns a promise that resolves once no files are being opened; null if none are being opened now. */
  readonly filesOpened: () => Promise<void> | null;
  readonly openModel: (name: string, signal: AbortSignal) => Promise<Model>;
  /**
   * Returns the change to the finished images, for example of their colours; undefined if they stay as drawn.
   *
   * @param mask undefined without a mask
   */
  readonly finish: (
    form: FormSignal['value'],
    shape: ImagesShape,
    mask: Uint8Array | undefined,
  ) => Promise<RunFinish | undefined>;
  readonly openGuide: (name: string | undefined, signal: AbortSignal) => Promise<GuideModel | undefined>;
}

/** Draws new images from the picture on the canvas. */
export interface EditStore {
  /**
   * Draws the images that the form requests. Does nothing without a picture, or if the form or the settings of
   * the edit are invalid. Invalid fields show their errors.
   *
   * @param which `first` draws only the first image, for previews while painting
   */
  draw(which?: 'all' | 'first'): Promise<void>;
}

export function createEditStore(parts: EditParts): EditStore {
  const { layers, form, fields, runner, subjectOf, filesOpened, openModel, openGuide, finish } = parts;
  /** Returns the picture and the checked settings; null if one of them is missing or invalid. */
  const ready = (which: 'all' | 'first') => {
    const picture = layers.value;
    const subject = subjectOf(form.value);
    if (picture === null || subject === null || !fits(picture, subject.spec)) return null;
    const numbers = which === 'first' ? subject.images.slice(0, 1) : subject.images;
    if (sizeError(numbers.length, picture, undefined) !== null) return null;
    const read = readEdit(fields.value, hasMask(picture), subject.asked.steps);
    return 'errors' in read ? null : { picture, subject, numbers, read };
  };
  async function draw(which: 'all' | 'first' = 'all'): Promise<void> {
    const waits = filesOpened();
    if (waits === null && ready(which) === null) return;
    await runner.start(
      () => draw(which),
      async (signal) => {
        // Files that are being opened may become the model of the form.
        if (waits !== null) await waits;
        signal.throwIfAborted();
        const now = ready(which);
        if (now === null) return null;
        const { picture, subject, numbers, read } = now;
        const model = await openModel(subject.form.model, signal);
        const { guide: guideName, count: _, images: __, class: label, ...rest } = subject.asked;
        const guide = await openGuide(guideName, signal);
        const image = valuesOf(picture);
        const { channels, height, width } = picture;
        const shape: ImagesShape = [numbers.length, channels, height, width];
        const mask = hasMask(picture) ? picture.mask : undefined;
        const isLarger = windowCount(picture, subject.spec.image) > 1;
        const request: ModelSampleRequest = {
          ...rest,
          images: numbers,
          class: Array.isArray(label) ? label.slice(0, numbers.length) : label,
          guide,
          ...(isLarger ? { canvas: { height, width } } : {}),
          edit: { image, mask, ...read.edit },
        };
        return {
          images: {
            spec: subject.spec,
            numbers,
            shape,
            columns: undefined,
            model: subject.form.model,
            seed: subject.form.seed,
            form: null,
            notes: [],
            kind: which === 'first' ? 'preview' : 'edit',
            source: { layers: picture, fields: fields.value, form: subject.form },
          },
          model,
          request,
          first: { step: 0, t: null, x: repeated(image, numbers.length) },
          steps: read.steps,
          finish: await finish(subject.form, shape, mask),
        };
      },
    );
  }
  return { draw };
}

/** Whether a model can draw a picture: as a whole, or in windows. */
export function fits({ width, height, channels }: Layers, { image }: Pick<ModelSpec, 'image'>): boolean {
  return image.width <= width && image.height <= height && image.channels === channels;
}

function repeated(values: Float32Array, count: number): Float32Array {
  const all = new Float32Array(count * values.length);
  for (let i = 0; i < count; i++) all.set(values, i * values.length);
  return all;
}
