import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  PICTURE_NON_FINITE: {
    meaning: 'A pixel is NaN or infinite.',
    advice: 'Check the model. Pixels must be finite numbers in [-1, 1].',
  },
  PICTURE_SHAPE: {
    meaning: 'The shape of an image is not valid, or does not match the number of values.',
    advice: 'Pass [N, C, H, W] with C 1, 3 or 4, and N·C·H·W values.',
  },
  PICTURE_OPTION: {
    meaning: 'An option of a sheet, PNG or GIF is out of range.',
    advice: 'Pass a value in the range that the message states.',
  },
  PICTURE_TOO_LARGE: {
    meaning: 'The picture has more pixels than its format can store or programs can open.',
    advice: 'Use fewer images, fewer columns or a smaller scale.',
  },
  PICTURE_ALPHA: {
    meaning: 'The pictures have alpha, which the format cannot store.',
    advice: 'Write an APNG, or show the images on an opaque backdrop.',
  },
  PICTURE_NO_FRAMES: {
    meaning: 'An animation has no frames.',
    advice: 'Pass at least one frame.',
  },
  PICTURE_FRAMES_DIFFER: {
    meaning: 'The frames of an animation differ in size or channels.',
    advice: 'Use frames of equal size and channels.',
  },
  PICTURE_PNG_MALFORMED: {
    meaning: 'A file is damaged, or not in PNG format.',
    advice: 'Write the file again.',
  },
  PICTURE_PNG_UNSUPPORTED: {
    meaning: 'A PNG file has an unsupported depth, is interlaced or is animated.',
    advice: 'Save it as a still PNG with 8 bits per sample, without interlace.',
  },
  PICTURE_NPY_MALFORMED: {
    meaning: 'A file is damaged, or not in NPY format.',
    advice: 'Write the file again.',
  },
  PICTURE_NPY_UNSUPPORTED: {
    meaning: 'A .npy file has an unsupported version, number type or order.',
    advice: 'Save it as little-endian float32 in C order.',
  },
};

export type PictureErrorCode = keyof typeof ERROR_CODES;

export const pictureError: MakeError<'PICTURE', typeof ERROR_CODES> = makeError;
