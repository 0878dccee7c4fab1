import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  RUNTIME_CONTRACT: {
    meaning: 'The inputs or outputs of the ONNX graph are not those of the model.',
    advice: 'Export the model again.',
  },
  RUNTIME_INPUT: {
    meaning: 'A call of the network has images, timesteps or labels that do not fit the model.',
    advice: 'Pass the shapes in the message.',
  },
  RUNTIME_OUTPUT: {
    meaning: 'The network returned a tensor of another type or shape than expected.',
    advice: 'Export the model again.',
  },
  RUNTIME_RUN: {
    meaning: 'ONNX Runtime failed while it ran the network.',
    advice: 'Read the cause; try a smaller batch or another provider.',
  },
  RUNTIME_PROVIDER: {
    meaning: 'No execution provider that was asked for can run the model.',
    advice: 'Install what the message names, or choose another provider or auto.',
  },
  RUNTIME_REQUEST: {
    meaning: 'A request, option or path is not valid for this model or this platform.',
    advice: 'Correct the field in the message.',
  },
  RUNTIME_WORKER: {
    meaning: "The model's thread could not be started, or ended unexpectedly.",
    advice: 'Try again; load the model again if it does not recover.',
  },
  RUNTIME_DISPOSED: {
    meaning: 'The model was disposed of.',
    advice: 'Load it again.',
  },
};

export type RuntimeErrorCode = keyof typeof ERROR_CODES;

export const runtimeError: MakeError<'RUNTIME', typeof ERROR_CODES> = makeError;
