import type { ModelSampleRequest } from '@isonoise/runtime';
import * as v from 'valibot';
import { BODY_LIMITS, classChoice, field, optional, tagLists, whole } from './fields.ts';

const side = whole(1, BODY_LIMITS.side);

/** Size of pictures that are larger than the model's images. The model checks that they are larger. */
export const canvasSchema: v.GenericSchema<NonNullable<ModelSampleRequest['canvas']>> = v.strictObject({
  height: field(side, "Height in pixels, at least that of the model's images."),
  width: field(side, "Width in pixels, at least that of the model's images."),
  stride: optional(
    side,
    "Pixels from one window to the next, at most the shorter side of the model's images. Default: half of it.",
  ),
  tile: optional(
    v.boolean(),
    'Whether windows also cross the borders and continue at the opposite side, so that copies of the picture fit side by side. Default false.',
  ),
});

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** The second class or tags to mix with those of the request. The model checks that it has them. */
export const blendSchema: v.GenericSchema<NonNullable<ModelSampleRequest['blend']>> = v.strictObject({
  class: optional(
    v.union([classChoice, v.pipe(v.array(classChoice), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]),
    'The second class of all images, or a list with one class for each image.',
  ),
  tags: optional(tagLists, 'The second tags of all images, or a list of tags for each image.'),
  share: field(
    v.union([share, v.pipe(v.array(share), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]),
    'Share of the second class or tags, from 0 to 1: one for all images, or one for each.',
  ),
});
