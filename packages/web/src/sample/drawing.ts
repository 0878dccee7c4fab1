import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { ImageRecord, ProviderChoice } from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import type { EditSource } from '../edit/edit-source.ts';
import type { RequestForm } from '../request/request-form.ts';
import type { Frame } from './step-recorder.ts';

/** The images that a run draws. */
export interface DrawnImages {
  readonly spec: ModelSpec;
  /** Number of each image. */
  readonly numbers: readonly number[];
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
  /** Name of the model. */
  readonly model: string;
  /** Seed that drew the images; null for images between two pictures, which no seed draws. */
  readonly seed: string | null;
  /** The request; null for a saved run that the form cannot describe. */
  readonly form: RequestForm | null;
  readonly notes: readonly string[];
  /** Whether the images are those of an edit, or of a preview while a visitor paints. Absent for a request. */
  readonly kind?: 'edit' | 'preview' | undefined;
  /** Whether a saved run was resumed after its first step, so that `elapsedMs` counts only the remaining steps. Default: no. */
  readonly isResumed?: boolean | undefined;
  /** What an edit was drawn from. Absent for a request, and for edits that earlier versions kept. */
  readonly source?: EditSource | undefined;
}

interface Drawn extends DrawnImages {
  /** Recorded steps; the first is the initial noise, or the state of a saved run. */
  readonly frames: readonly Frame[];
  /** The latest step, recorded or not. */
  readonly latest: Frame;
  readonly steps: number;
  readonly elapsedMs: number;
  /** Whether the first image is drawn alone, ahead of the others. */
  readonly isLead: boolean;
}

/** A run with steps left. */
interface Unfinished extends Drawn {
  /** Saves the run after its latest step; null while only the first image is drawn, and for images between two pictures. */
  readonly save: (() => SavedSampling) | null;
}

export type Drawing =
  | { readonly status: 'none' }
  /** The model is being loaded. */
  | { readonly status: 'preparing' }
  | (Unfinished & { readonly status: 'drawing'; readonly remainingMs: number })
  | (Unfinished & { readonly status: 'cancelled' })
  | (Drawn & {
      readonly status: 'done';
      /**
       * The request, for PNG files; null if it is too long, and for drawings that an earlier version kept.
       */
      readonly record: ImageRecord | null;
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly result: Float32Array;
      readonly provider: ProviderChoice;
    })
  | {
      readonly status: 'failed';
      readonly error: unknown;
      /** Draws again. */
      readonly retry: () => Promise<void>;
    };

/** A drawing with finished images. */
export type DoneDrawing = Extract<Drawing, { status: 'done' }>;
