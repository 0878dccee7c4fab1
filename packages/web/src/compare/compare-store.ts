import { type ImagesShape, toBytes } from '@isonoise/picture';
import type { GuideModel, Model, ProviderChoice } from '@isonoise/runtime';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { FormSignal } from '../request/form-signal.ts';
import { type Offer, offeredForm } from '../request/offers.ts';
import type { AskedRequest } from '../request/request-form.ts';
import type { Subject } from '../request/subject.ts';
import { small } from '../text/format.ts';
import { decodeValues } from './decode-values.ts';
import { type Difference, difference } from './difference.ts';
import type { SampleThere } from './sample-on-server.ts';

/** Progress and result of one of the two devices. */
export interface Side {
  readonly provider: ProviderChoice | null;
  readonly step: number;
  readonly steps: number;
  readonly elapsedMs: number;
  /** The latest estimate, 8-bit samples `[N, C, H, W]`; null before the first step. */
  readonly shown: Uint8Array<ArrayBuffer> | null;
  /** The finished images, `[N, C, H, W]` in [-1, 1]. */
  readonly result: Float32Array | null;
}

export interface Comparison {
  readonly status: 'none' | 'running' | 'done' | 'failed';
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
  readonly device: Side;
  readonly server: Side;
  readonly difference: Difference | null;
  /** Whether this device and the server have different models of the same name. */
  readonly twoModels: boolean;
  readonly error: unknown;
}

const NOTHING: Side = { provider: null, step: 0, steps: 0, elapsedMs: 0, shown: null, result: null };
const BLANK: Comparison = {
  status: 'none',
  shape: [0, 1, 1, 1],
  columns: undefined,
  device: NOTHING,
  server: NOTHING,
  difference: null,
  twoModels: false,
  error: null,
};

/**
 * The optional fields of the form. Palette and symmetry are left out, because they change finished images and would
 * hide differences.
 */
export const COMPARE_OFFERS: readonly Offer[] = ['canvas'];

/** Number of previews that the server sends per run. More previews would take longer to transfer. */
const PREVIEWS = 20;

/** The parts of the page that a compare store uses. */
export interface CompareParts {
  readonly form: FormSignal;
  /** Checks the form; null if it is invalid. */
  readonly subjectOf: (form: FormSignal['value']) => Subject | null;
  /** Whether this device and the server have different models of the chosen name. */
  readonly hasTwoModels: (signal: AbortSignal) => Promise<boolean>;
  /** Marks the loaded model as outdated if the server has a newer model of this name. */
  readonly sync: (name: string, signal: AbortSignal) => Promise<void>;
  readonly openModel: (name: string, signal: AbortSignal) => Promise<Pick<Model, 'sample' | 'provider'>>;
  readonly openGuide: (name: string | undefined, signal: AbortSignal) => Promise<GuideModel | undefined>;
  readonly sampleThere: SampleThere;
  /** Announces an event to screen readers. */
  readonly announce: (text: string) => void;
  /** Returns milliseconds from any origin. */
  readonly clock: () => number;
}

/** Compares the images of this device and of the server. */
export interface CompareStore {
  readonly comparison: ReadonlySignal<Comparison>;
  /**
   * Draws the request on this device, then on the server, and compares the results. The drawings do not run at the same
   * time, because device and server may be the same machine. Cancels a comparison in progress. Does nothing if the form
   * is invalid.
   */
  compare(): Promise<void>;
  cancel(): void;
}

export function createCompareStore(parts: CompareParts): CompareStore {
  const { form: source, subjectOf, hasTwoModels, sync, openModel, openGuide, sampleThere } = parts;
  const state = signal<Comparison>(BLANK);
  let running: AbortController | null = null;

  const update = (side: 'device' | 'server', fields: Partial<Side>): void => {
    state.value = { ...state.value, [side]: { ...state.value[side], ...fields } };
  };

  async function drawHere(
    model: Pick<Model, 'sample' | 'provider'>,
    asked: AskedRequest,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    let result: Float32Array = new Float32Array();
    const { guide: guideName, ...request } = asked;
    const guide = await openGuide(guideName, signal);
    for await (const done of model.sample({ ...request, guide, signal, clock: parts.clock })) {
      signal.throwIfAborted();
      const { step, steps, elapsedMs = 0, preview, x } = done;
      result = x;
      update('device', { provider: model.provider, step, steps, elapsedMs, shown: toBytes(preview) });
    }
    update('device', { result, shown: toBytes(result) });
    return result;
  }

  async function drawThere(model: string, asked: AskedRequest, signal: AbortSignal): Promise<Float32Array> {
    // The Compare tab has no edits.
    const { edit: _, ...drawing } = asked;
    const body = {
      ...drawing,
      model,
      seed: String(asked.seed),
      previewEvery: Math.ceil(asked.steps / PREVIEWS),
    };
    for await (const event of sampleThere(body, signal)) {
      signal.throwIfAborted();
      if (event.name === 'begin')
        update('server', { provider: event.data.provider, steps: event.data.steps });
      if (event.name === 'step') {
        const { step, elapsedMs, preview } = event.data;
        const shown = preview === undefined ? {} : { shown: toBytes(decodeValues(preview)) };
        update('server', { step, elapsedMs, ...shown });
      }
      if (event.name === 'result') {
        const result = decodeValues(event.data.values);
        update('server', { result, shown: toBytes(result), elapsedMs: event.data.elapsedMs });
        return result;
      }
    }
    throw new Error(
      'compare: the server’s response ended without a result; expected a result event. Try again.',
    );
  }

  return {
    comparison: state,
    async compare() {
      const form = offeredForm(source.value, COMPARE_OFFERS);
      const before = subjectOf(form);
      if (before === null) return;
      const run = new AbortController();
      running?.abort();
      running = run;
      state.value = { ...BLANK, status: 'running', shape: before.shape, columns: before.columns };
      try {
        const twoModels = await hasTwoModels(run.signal);
        await sync(form.model, run.signal);
        const model = await openModel(form.model, run.signal);
        run.signal.throwIfAborted();
        // A re-exported model may have different classes or a different image size.
        const subject = subjectOf(form);
        if (subject === null) {
          state.value = BLANK;
          return;
        }
        const { asked, shape, columns } = subject;
        state.value = { ...state.value, twoModels, shape, columns };
        const here = await drawHere(model, asked, run.signal);
        const there = await drawThere(form.model, asked, run.signal);
        const [, channels, height, width] = shape;
        const found = difference(here, there, channels, height * width);
        state.value = { ...state.value, status: 'done', difference: found };
        parts.announce(
          `Compared${twoModels ? ' two different models' : ''}: the largest difference is ${small(found.largest)}`,
        );
      } catch (error) {
        if (running !== run) return;
        state.value = run.signal.aborted ? BLANK : { ...state.value, status: 'failed', error };
        if (run.signal.aborted) parts.announce('Cancelled');
      } finally {
        if (running === run) running = null;
      }
    },
    cancel() {
      running?.abort();
    },
  };
}
