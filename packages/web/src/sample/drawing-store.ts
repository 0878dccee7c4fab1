import type { ModelSpec } from '@isonoise/bundle';
import type { LookRecord } from '@isonoise/data';
import { parseSeed } from '@isonoise/random';
import { type BetweenRequest, type Model, type ModelSampleRequest, requestBetween } from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import type { ReadonlySignal } from '@preact/signals';
import type { Navigation } from '../app/navigation.ts';
import type { OpenGuide } from '../model/guide.ts';
import type { FormSignal } from '../request/form-signal.ts';
import { formToQuery } from '../request/link.ts';
import type { RequestForm } from '../request/request-form.ts';
import type { Subject } from '../request/subject.ts';
import { counted, countOf } from '../text/format.ts';
import type { Drawing, DrawnImages } from './drawing.ts';
import type { Encoder } from './encoder.ts';
import { firstNoise } from './first-noise.ts';
import type { RunFinish } from './run.ts';
import { finishOf, runFinish } from './run-finish.ts';
import type { Runner } from './runner.ts';

/**
 * Minimum number of images of a run that draws the first image alone at the start, so that it appears early. The first
 * image is then drawn again with the others, so that the run can be saved and replayed as a whole. This costs at most
 * an eighth of the time.
 */
const LEAD_FROM = 8;

/** The parts of the page that a drawing store uses. */
export interface DrawingParts extends Pick<Navigation, 'describeInAddress' | 'rememberInAddress'> {
  readonly form: FormSignal;
  readonly runner: Runner;
  /** Checks the form; null if it is invalid. */
  readonly subjectOf: (form: RequestForm) => Subject | null;
  /** Returns a promise that resolves once no files are being opened; null if none are being opened now. */
  readonly filesOpened: () => Promise<void> | null;
  readonly openModel: (name: string, signal: AbortSignal) => Promise<Model>;
  readonly openGuide: OpenGuide;
  /** Reads the look of a model's training images. */
  readonly lookOf: (name: string) => Promise<LookRecord | null>;
  readonly compute: Encoder['compute'];
  readonly announce: (text: string) => void;
}

/** A saved run that was read and checked. */
export interface OpenedRun {
  readonly images: DrawnImages;
  readonly from: SavedSampling;
  /** Name of the guide, if the run has one. */
  readonly guide: string | undefined;
  /** How the finished images are changed; undefined if they are not. */
  readonly finish: RunFinish | undefined;
  /** The form of the run. If no form can describe the run, it only names the model. */
  readonly shown: RequestForm;
}

/** Draws the requests of the Sample tab. */
export interface DrawingStore {
  readonly drawing: ReadonlySignal<Drawing>;
  /** Draws the request of the form and cancels a run in progress. Does nothing if the form is invalid. */
  readonly draw: () => Promise<void>;
  /** Cancels the run after the current step; the images drawn so far stay. */
  readonly cancel: () => void;
  /** Resumes a saved run and cancels a run in progress. */
  readonly resume: (run: OpenedRun) => Promise<void>;
  /**
   * Shows a drawing that was finished earlier, with its request in the form and in the address. Cancels a run in progress.
   *
   * @param state the drawing to show; null shows only the request
   */
  readonly show: (form: RequestForm, state: Drawing | null) => void;
}

export function createDrawingStore(parts: DrawingParts): DrawingStore {
  const { form: source, runner, subjectOf, filesOpened, openModel, openGuide, lookOf, compute } = parts;
  const { announce, describeInAddress, rememberInAddress } = parts;

  async function draw(): Promise<void> {
    const waits = filesOpened();
    if (waits === null && subjectOf(source.value) === null) return;
    await runner.start(draw, async (signal) => {
      // Files that are being opened may become the model of the form.
      if (waits !== null) await waits;
      signal.throwIfAborted();
      const form = source.value;
      if (subjectOf(form) === null) return null;
      rememberInAddress('sample', formToQuery(form));
      const model = await openModel(form.model, signal);
      // A re-exported model may have different classes or a different image size.
      const subject = subjectOf(form);
      if (subject === null) return null;
      const { asked, ends, images, spec, shape, columns } = subject;
      const finish = runFinish(await finishOf(form, lookOf), shape, compute);
      signal.throwIfAborted();
      announce(`Drawing ${countOf(images.length, 'image')}`);
      const { guide: guideName, steps, ...rest } = asked;
      const guide = await openGuide(guideName, signal);
      const drawn =
        ends === null
          ? { ...rest, steps, guide }
          : { ...inBetween(spec, { ...rest, steps, guide }, ends, images), guide };
      const [, channels, height, width] = shape;
      const noise = async () =>
        firstNoise(parseSeed(rest.seed), drawn.images ?? images, channels * height * width, compute);
      const x = drawn.start?.x ?? (await noise());
      return {
        images: {
          spec,
          numbers: images,
          shape,
          columns,
          model: form.model,
          seed: form.seed,
          form,
          notes: [],
        },
        model,
        request: drawn,
        lead: images.length < LEAD_FROM || ends !== null ? undefined : firstOf(drawn, images),
        first: { step: 0, t: null, x },
        steps,
        finish,
      };
    });
  }

  async function resume(run: OpenedRun): Promise<void> {
    const { images, from, guide: guideName, shown, finish } = run;
    const { plan, nextStep, x } = from;
    const { length: steps } = plan.steps;
    source.value = shown;
    const query = images.form === null ? new URLSearchParams() : formToQuery(images.form);
    describeInAddress('sample', query);
    await runner.start(
      () => resume(run),
      async (signal) => {
        const model = await openModel(images.model, signal);
        const guide = await openGuide(guideName, signal);
        announce(
          `Resuming ${countOf(images.shape[0], 'image')} after step ${counted(nextStep)} of ${counted(steps)}`,
        );
        const [t = null] = plan.steps[nextStep - 1] ?? [];
        return { images, model, request: { from, guide }, first: { step: nextStep, t, x }, steps, finish };
      },
    );
  }

  return {
    drawing: runner.drawing,
    draw,
    cancel: () => runner.cancel(),
    resume,
    show(form, state) {
      source.value = form;
      rememberInAddress('sample', formToQuery(form));
      if (state === null) runner.cancel();
      else runner.show(state);
    },
  };
}

/** Returns the request of in-between pictures. @param images their positions */
function inBetween(
  spec: ModelSpec,
  { count: _, images: __, class: ___, tags: ____, seed: _____, ...settings }: ModelSampleRequest,
  ends: Pick<BetweenRequest, 'from' | 'to'>,
  images: readonly number[],
): Omit<ModelSampleRequest, 'guide'> {
  return requestBetween(spec, { ...settings, ...ends, count: images.length });
}

/** Returns the request of the first image alone. */
function firstOf(request: ModelSampleRequest, images: readonly number[]): ModelSampleRequest {
  const { count: _, class: label, ...rest } = request;
  return { ...rest, images: images.slice(0, 1), class: Array.isArray(label) ? label.slice(0, 1) : label };
}
