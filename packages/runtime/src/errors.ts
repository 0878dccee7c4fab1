import { type MakeLineError, makeLineError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  RUNTIME_CONTRACT: {
    meaning: 'The inputs or outputs of the ONNX graph do not fit the model.',
    advice: 'Export the model again.',
  },
  RUNTIME_INPUT: {
    meaning: 'The network was called with images, timesteps or labels that do not fit the model.',
    advice: 'Pass the values that the message describes.',
  },
  RUNTIME_OUTPUT: {
    meaning: 'The network returned a tensor of an unexpected type or shape.',
    advice: 'Export the model again.',
  },
  RUNTIME_RUN: {
    meaning: 'ONNX Runtime failed while running the network.',
    advice: 'Read the cause. Try a smaller batch or a different provider.',
  },
  RUNTIME_PROVIDER: {
    meaning: 'The requested execution provider cannot run the model; with auto, no provider can.',
    advice: 'Install what the message names, or choose a different provider or auto.',
  },
  RUNTIME_REQUEST: {
    meaning: 'A request, option or path is not valid for this model or this platform.',
    advice: 'Correct what the message names.',
  },
  RUNTIME_RECORD: {
    meaning:
      'The request in a PNG is missing, damaged, too long or of a newer version; or its pictures are absent or different.',
    advice: 'Use the original file from isonoise, and pass the pictures with the SHA-256 in the message.',
  },
  RUNTIME_SAVED: {
    meaning: 'A saved inversion or interpolation is damaged, too large, or not in this format.',
    advice: 'Use an undamaged copy, or start again.',
  },
  RUNTIME_WORKER: {
    meaning: "The model's thread could not be started, or ended unexpectedly.",
    advice: 'Retry. If the error occurs again, load the model again.',
  },
  RUNTIME_DISPOSED: {
    meaning: 'The model was disposed.',
    advice: 'Load it again.',
  },
};

export type RuntimeErrorCode = keyof typeof ERROR_CODES;

export const runtimeError: MakeLineError<'RUNTIME', typeof ERROR_CODES> = makeLineError;
