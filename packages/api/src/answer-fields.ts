import * as v from 'valibot';
import { BODY_LIMITS, field, name, optional, whole } from './fields.ts';

/** Format of a response: a PNG sheet, the values, a stream of steps, or a saved run. */
export type SampleFormat = 'png' | 'float32' | 'stream' | 'saved';

/** Format of the response if the request does not name one. */
export const DEFAULT_FORMAT: SampleFormat = 'png';

/** The fields that all bodies share: the networks, and how the server responds. */
export interface AnswerFields {
  /** A name that `GET /v1/models` lists. */
  readonly model: string;
  /** Name of the guide, a weaker model, for autoguidance. Default: the model itself without a class. */
  readonly guide?: string | undefined;
  /** Default {@link DEFAULT_FORMAT}. */
  readonly format?: SampleFormat | undefined;
  /**
   * For streams: number of steps from one preview to the next. 0 means no previews; otherwise the last step
   * always has one. Default 1.
   */
  readonly previewEvery?: number | undefined;
  /** For streams: number of steps from one saved run to the next. The last step has none. Default 0: no saved runs. */
  readonly saveEvery?: number | undefined;
  /**
   * Required if `format` is `saved`, otherwise not allowed: number of steps to take before the run is saved. At least
   * one step must remain.
   */
  readonly stopAfter?: number | undefined;
  /** For png: whether the file contains the request. Default true. */
  readonly metadata?: boolean | undefined;
}

export const modelEntry: v.GenericSchema<string> = field(name, 'A model name from GET /v1/models.');

/** Schemas of the shared fields, except the names of the models. */
export const answerEntries: {
  readonly format: v.ExactOptionalSchema<v.GenericSchema<SampleFormat>, undefined>;
  readonly previewEvery: v.ExactOptionalSchema<v.GenericSchema<number>, undefined>;
  readonly saveEvery: v.ExactOptionalSchema<v.GenericSchema<number>, undefined>;
  readonly stopAfter: v.ExactOptionalSchema<v.GenericSchema<number>, undefined>;
  readonly metadata: v.ExactOptionalSchema<v.GenericSchema<boolean>, undefined>;
} = {
  format: optional(
    v.picklist(['png', 'float32', 'stream', 'saved']),
    `Format of the response; saved is an unfinished run that POST /v1/resume accepts. Default ${DEFAULT_FORMAT}.`,
  ),
  previewEvery: optional(
    whole(0, BODY_LIMITS.steps),
    'For streams: steps from one preview to the next; the last step always has one. 0 for none. Default 1.',
  ),
  saveEvery: optional(
    whole(0, BODY_LIMITS.steps),
    'For streams: steps from one saved run to the next; the last step has none. 0 for none. Default 0.',
  ),
  stopAfter: optional(
    whole(1, BODY_LIMITS.steps),
    'Required if format is saved, otherwise not allowed: steps to take before the run is saved. At least one must remain.',
  ),
  metadata: optional(
    v.boolean(),
    'For png: whether the file contains the request, as a text that pnpm sample --like and the page read. Default true.',
  ),
};
