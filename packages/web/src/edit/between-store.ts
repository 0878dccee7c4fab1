import { interpolationRecord, type Model } from '@isonoise/runtime';
import type { ReadonlySignal } from '@preact/signals';
import type { FormSignal } from '../request/form-signal.ts';
import type { Subject } from '../request/subject.ts';
import type { Runner } from '../sample/runner.ts';
import { BETWEEN_RUNS, betweenModel, mixtures } from './between-model.ts';
import { type BetweenSettings, readBetweenPictures, redrawnNote } from './between-pictures.ts';
import type { EditFields } from './edit-fields.ts';
import { fits } from './edit-store.ts';
import { valuesOf } from './layer-values.ts';
import type { Layers } from './layers.ts';
import { windowCount } from './margins.ts';

/** The parts of the page that a store of images between two pictures uses. */
export interface BetweenParts {
  /** The picture on the canvas, which is the first one. */
  readonly layers: ReadonlySignal<Layers | null>;
  readonly second: ReadonlySignal<Layers | null>;
  readonly settings: ReadonlySignal<BetweenSettings>;
  /** The settings of other edits, which are kept with the images. */
  readonly fields: ReadonlySignal<EditFields>;
  readonly form: FormSignal;
  readonly runner: Runner;
  /** Checks the form; null if it is invalid. */
  readonly subjectOf: (form: FormSignal['value']) => Subject | null;
  /** Returns a promise that resolves once no files are being opened; null if none are being opened now. */
  readonly filesOpened: () => Promise<void> | null;
  readonly openModel: (name: string, signal: AbortSignal) => Promise<Model>;
}

/** Draws images between two pictures. */
export interface BetweenStore {
  /** Draws the images. Does nothing without two pictures, or if the form or the settings are invalid. */
  draw(): Promise<void>;
}

export function createBetweenStore(parts: BetweenParts): BetweenStore {
  const { layers, second, settings, fields, form, runner, subjectOf, filesOpened, openModel } = parts;
  /** Returns both pictures and the checked settings; null if one of them is missing or invalid. */
  const ready = () => {
    const [first, last, subject] = [layers.value, second.value, subjectOf(form.value)];
    if (first === null || last === null || subject === null || !fits(first, subject.spec)) return null;
    const read = readBetweenPictures(settings.value, subject, first, last);
    return 'errors' in read ? null : { first, last, subject, read };
  };
  async function draw(): Promise<void> {
    const waits = filesOpened();
    if (waits === null && ready() === null) return;
    await runner.start(draw, async (signal) => {
      // Files that are being opened may become the model of the form.
      if (waits !== null) await waits;
      signal.throwIfAborted();
      const now = ready();
      if (now === null) return null;
      const { first, last, subject, read } = now;
      const { spec } = subject;
      const { count, steps, condition } = read;
      const { channels, height, width } = first;
      const model = await openModel(subject.form.model, signal);
      const pictures = bothOf(first, last);
      const canvas = windowCount(first, spec.image) > 1 ? { height, width } : undefined;
      const options = { ...condition, steps, canvas };
      const record = interpolationRecord(model, pictures, count, options);
      const between = betweenModel(model, pictures, count, options);
      return {
        images: {
          spec,
          numbers: Array.from({ length: count }, (_, k) => k),
          shape: [count, channels, height, width],
          columns: undefined,
          model: subject.form.model,
          seed: null,
          form: null,
          notes: [],
          kind: 'edit',
          source: {
            layers: first,
            fields: fields.value,
            form: subject.form,
            between: { layers: last, settings: settings.value },
          },
        },
        model: between,
        request: { seed: 0, count },
        first: { step: 0, t: null, x: mixtures(pictures, count) },
        steps: BETWEEN_RUNS * steps,
        composed: () => ({ record, notes: [redrawnNote(between.errors())] }),
      };
    });
  }
  return { draw };
}

/** Returns both pictures, `[2, C, H, W]` in [-1, 1]. */
function bothOf(first: Layers, last: Layers): Float32Array {
  const [one, other] = [valuesOf(first), valuesOf(last)];
  const both = new Float32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
