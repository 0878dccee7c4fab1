import { type MakeLineError, makeLineError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  IMPORT_FILE: {
    meaning: 'A file of the model is missing, damaged or of an unknown format.',
    advice: 'Name the folder of a diffusers model, or a weights file with its configuration.',
  },
  IMPORT_PICKLE: {
    meaning: 'A PyTorch checkpoint is damaged, or contains more than tensors. Nothing in it was executed.',
    advice: 'Save only the state dict, preferably as safetensors.',
  },
  IMPORT_UNKNOWN_MODEL: {
    meaning: 'The model has an architecture or a part that isonoise does not support.',
    advice: 'docs/import.md lists what can be imported.',
  },
  IMPORT_WEIGHTS: {
    meaning: 'The weights do not fit the network of the configuration.',
    advice: 'Use the configuration of the training.',
  },
  IMPORT_DIFFERS: {
    meaning: 'The output of the imported network differs from the one that Python recorded.',
    advice: 'Record the output again with the same weights, or report the configuration.',
  },
};

export type ImportErrorCode = keyof typeof ERROR_CODES;

export const importError: MakeLineError<'IMPORT', typeof ERROR_CODES> = makeLineError;
