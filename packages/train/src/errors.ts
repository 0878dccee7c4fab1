import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from such tables. */
export const ERROR_CODES = {
  TRAIN_CONFIG: {
    meaning: 'A field of the training configuration is unknown, missing or out of range.',
    advice: 'Correct the field named in the message.',
  },
  TRAIN_BASE: {
    meaning: 'The base model of a training is missing, is not the expected one, or does not fit.',
    advice: 'Name the model as the message says, or choose another one.',
  },
  TRAIN_IMAGES: {
    meaning: 'The network does not fit the images: their size, channels or classes.',
    advice: 'Scale or pad the images, or change the network, as the message says.',
  },
  TRAIN_NON_FINITE: {
    meaning: 'Loss, gradient or weights are NaN or infinite: the training has diverged.',
    advice: 'Lower the learning rate, or clip gradients; resume from the last checkpoint.',
  },
  TRAIN_SHAPE: {
    meaning: 'Images, labels, weights or outputs have sizes that do not fit together.',
    advice: 'Check that data set, network and checkpoint belong together.',
  },
  TRAIN_TFJS_BACKEND: {
    meaning: 'A tfjs backend is not registered or cannot be started.',
    advice: 'Import the package of the backend, or choose another engine.',
  },
  RUN_CHECKPOINT_DAMAGED: {
    meaning: 'A checkpoint is truncated, was changed, or has another format.',
    advice: 'Use an earlier checkpoint.',
  },
  RUN_CHECKPOINT_VERSION: {
    meaning: 'A checkpoint was written by a newer version of isonoise.',
    advice: 'Update isonoise.',
  },
  RUN_CHECKPOINT_NOT_FOUND: {
    meaning: 'The run does not have the requested checkpoint, or has no checkpoints.',
    advice: 'Choose one of the steps that the message lists, or train first.',
  },
  RUN_SNAPSHOT_NOT_FOUND: {
    meaning: 'The run has no snapshots of its averages, or none at the requested step.',
    advice: 'Choose one of the steps that the message lists, or train with power-function averages.',
  },
  RUN_METRICS_DAMAGED: {
    meaning: 'A line of metrics.jsonl is not JSON.',
    advice: 'Remove the line, or move the file elsewhere; the run does not need it.',
  },
  RUN_EXISTS: {
    meaning: 'A new run would replace a run that has checkpoints.',
    advice: 'Resume the run, or choose another name.',
  },
  RUN_DATA_DIFFERS: {
    meaning: 'The images or classes are not those that the run was started with.',
    advice: 'Resume with the same images, or start a new run.',
  },
  RUN_CONFIG_DIFFERS: {
    meaning: 'The configuration is not the one that the run was started with.',
    advice: 'Omit the fields that differ, or start a new run.',
  },
  RUN_LOCKED: {
    meaning: 'Another process or tab uses the run.',
    advice: 'Wait for it, or stop it.',
  },
  RUN_NOT_FOUND: {
    meaning: 'The run does not exist, or a part of it is missing.',
    advice: 'Choose another run, or start it again.',
  },
  RUN_WRITE: {
    meaning: 'A file of the run cannot be written.',
    advice: 'Free disk space or correct the permissions, as the message says; then resume.',
  },
  RUN_FILE: {
    meaning: 'A file of the run cannot be read, or is not what train wrote.',
    advice: 'Restore the file, or start the run again under another name.',
  },
};

export type TrainErrorCode = keyof typeof ERROR_CODES;

export const trainError: MakeError<'TRAIN' | 'RUN', typeof ERROR_CODES> = makeError;
