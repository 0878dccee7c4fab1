import type { SavedJson } from '@isonoise/sampler';
import * as v from 'valibot';
import { type AnswerFields, answerEntries, modelEntry } from './answer-fields.ts';
import { field, name, optional, values } from './fields.ts';

/**
 * Body of `POST /v1/resume`: a saved run as JSON, the names of its model and its guide, and the response format. The
 * resumed run gives the same bits as a run that was never interrupted.
 */
export interface ResumeBody extends AnswerFields {
  /** A saved run of the command line, the library, the web page or this server. */
  readonly from: SavedJson;
}

const hash = v.pipe(v.string(), v.description('SHA-256 in lower-case hexadecimal.'));

/** Schema of a saved run (docs/formats.md). The plan and the number of values are checked when the run is resumed. */
export const savedRunSchema: v.GenericSchema<SavedJson> = v.looseObject({
  format: v.literal('isonoise-sampling'),
  version: v.literal(1),
  model: v.exactOptional(hash),
  guideModel: v.exactOptional(hash),
  plan: v.pipe(
    v.looseObject({}),
    v.description('Everything that determines the images, except the network.'),
  ),
  nextStep: v.pipe(v.number(), v.integer(), v.minValue(0), v.description('Number of steps done.')),
  x: values,
  memory: v.exactOptional(v.array(values)),
  known: optional(
    v.looseObject({
      image: values,
      mask: v.pipe(v.string(), v.description('[count, H, W], one byte per pixel, as base64.')),
    }),
    'Only in runs with a mask: the picture, and the mask with 1 for each pixel that is drawn again.',
  ),
});

const entries = {
  model: modelEntry,
  from: field(
    savedRunSchema,
    'A saved run: the content of a file of `pnpm sample --save-state`, of the page, or of an answer in the format `saved`.',
  ),
  guide: optional(name, 'The name of the guide, if the run was started with one.'),
  ...answerEntries,
};

/** Checks types and ranges. The server checks that the run fits the model. */
export const resumeBodySchema: v.GenericSchema<unknown, ResumeBody> = v.strictObject(entries);

/** Names of all fields of a body. */
export const resumeBodyFields: readonly string[] = Object.keys(entries);
