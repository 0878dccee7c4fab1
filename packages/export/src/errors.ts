import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package. docs/errors.md is generated from them. */
export const ERROR_CODES = {
  EXPORT_DIFFERS: {
    meaning: 'The ONNX file and tfjs compute different values.',
    advice: 'Report the error. Nothing was written.',
  },
  EXPORT_WEIGHTS: {
    meaning: 'The weights do not fit the network, or its outputs are not finite.',
    advice: 'Export with the configuration of the training, or use another checkpoint.',
  },
  EXPORT_PRECISION: {
    meaning: 'The graph of a model has a precision that is not known.',
    advice: 'Update isonoise.',
  },
  EXPORT_REFERENCE: {
    meaning: 'The tfjs backend for the comparison could not be started.',
    advice: 'Import the package of the backend.',
  },
};

export type ExportErrorCode = keyof typeof ERROR_CODES;

export const exportError: MakeError<'EXPORT', typeof ERROR_CODES> = makeError;
