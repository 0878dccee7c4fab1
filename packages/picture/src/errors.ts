import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  PICTURE_NON_FINITE: {
    meaning: 'A pixel is NaN or infinite.',
    advice: 'Check what drew the images; pixels are finite numbers in [-1, 1].',
  },
  PICTURE_SHAPE: {
    meaning: 'The shape of an image does not exist, or does not fit the number of values.',
    advice: 'Pass [N, C, H, W] with C 1 or 3, and as many values.',
  },
  PICTURE_OPTION: {
    meaning: 'An option of a sheet, PNG or GIF is out of range.',
    advice: 'Pass a value in the range of the message.',
  },
  PICTURE_TOO_LARGE: {
    meaning: 'The picture has more pixels than its format holds, or than programs open.',
    advice: 'Draw fewer images, fewer columns or a smaller scale.',
  },
  PICTURE_NO_FRAMES: {
    meaning: 'An animation has no frames.',
    advice: 'Pass at least one frame.',
  },
  PICTURE_FRAMES_DIFFER: {
    meaning: 'The frames of an animation differ in size or channels.',
    advice: 'Make all frames alike.',
  },
  PICTURE_NPY_MALFORMED: {
    meaning: 'A .npy file is damaged, or is not one.',
    advice: 'Write the file again.',
  },
  PICTURE_NPY_UNSUPPORTED: {
    meaning: 'A .npy file has a version, number type or order that is not read here.',
    advice: 'Save it as little-endian float32 in C order.',
  },
};

export type PictureErrorCode = keyof typeof ERROR_CODES;

export const pictureError: MakeError<'PICTURE', typeof ERROR_CODES> = makeError;
