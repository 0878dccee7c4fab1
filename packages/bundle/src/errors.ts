import { type MakeLineError, makeLineError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  BUNDLE_FILE_MISSING: {
    meaning: 'A file of the model cannot be found or fetched.',
    advice: 'Check the path or address, and the network. If the file does not exist, export the model again.',
  },
  BUNDLE_CONNECTION: {
    meaning: 'The connection broke, or the server asked the client to retry.',
    advice: 'Load the model again. Received bytes are kept.',
  },
  BUNDLE_FILE_INVALID: {
    meaning: 'A file of the model does not have the expected format.',
    advice: 'Get the file again, or export the model again.',
  },
  BUNDLE_HASH_MISMATCH: {
    meaning: 'The SHA-256 of a file differs from the one in the manifest.',
    advice: 'Get the file again. If files were edited on purpose, rewrite the manifest with resealBundle.',
  },
  BUNDLE_INCONSISTENT: {
    meaning: 'Two files of the model contradict each other.',
    advice: 'Export the model again.',
  },
  BUNDLE_VERSION: {
    meaning: 'The model was written by a newer version of isonoise.',
    advice: 'Update isonoise.',
  },
  BUNDLE_READ_ONLY: {
    meaning: 'The destination of a model is read-only.',
    advice: 'Write to a folder.',
  },
  BUNDLE_METADATA: {
    meaning: 'An ONNX file lacks the metadata of a model, or is damaged.',
    advice: 'Load the whole model folder, or export the model again.',
  },
  BUNDLE_SAFETENSORS_INVALID: {
    meaning: 'A file is damaged or not in the safetensors format.',
    advice: 'Get the file again.',
  },
  BUNDLE_SAFETENSORS_TENSOR: {
    meaning: 'A tensor cannot be written to safetensors, or is missing from a file.',
    advice: 'Correct the name, type or shape that the message names.',
  },
  BUNDLE_SAFETENSORS_LIMIT: {
    meaning: 'A safetensors file has a larger header or more tensors than readers accept.',
    advice: 'Store fewer tensors or less metadata in one file.',
  },
};

export type BundleErrorCode = keyof typeof ERROR_CODES;

export const bundleError: MakeLineError<'BUNDLE', typeof ERROR_CODES> = makeLineError;
