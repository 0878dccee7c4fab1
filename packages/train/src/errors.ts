import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from such tables. */
export const ERROR_CODES = {
  TRAIN_CONFIG: {
    meaning: 'A field of the training configuration is unknown, missing or out of range.',
    advice: 'Correct the field named in the message.',
  },
  TRAIN_BASE: {
    meaning: 'The base model of a training is missing, unexpected or unsuitable.',
    advice: 'Name the model that the message expects, or choose a different one.',
  },
  TRAIN_IMAGES: {
    meaning: 'The network does not fit the size, channels or classes of the images.',
    advice: 'Scale or pad the images, or change the network.',
  },
  TRAIN_NON_FINITE: {
    meaning: 'Loss, gradient or weights are NaN or infinite: the training has diverged.',
    advice: 'Resume from the last checkpoint with a lower learning rate or with clipped gradients.',
  },
  TRAIN_SHAPE: {
    meaning: 'Images, labels, weights or outputs have sizes that do not fit together.',
    advice: 'Check that data set, network and checkpoint belong together.',
  },
  TRAIN_TFJS_BACKEND: {
    meaning: 'A tfjs backend is not registered or cannot be started.',
    advice: 'Import the package of the backend, or choose a different engine.',
  },
  RUN_CHECKPOINT_DAMAGED: {
    meaning: 'A checkpoint is truncated, was changed, or has a different format.',
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
    advice: 'Remove the line, or move the file elsewhere. The run does not need it.',
  },
  RUN_EXISTS: {
    meaning: 'A new run would replace a run that has checkpoints.',
    advice: 'Resume the run, or choose a different name.',
  },
  RUN_DATA_DIFFERS: {
    meaning: 'The images or classes differ from those at the start of the run.',
    advice: 'Resume with the same images, or start a new run.',
  },
  RUN_CONFIG_DIFFERS: {
    meaning: 'The configuration differs from the one at the start of the run.',
    advice: 'Omit the fields that differ, or start a new run.',
  },
  RUN_LOCKED: {
    meaning: 'A different process or tab uses the run.',
    advice: 'Wait for that process or tab to end, or stop it.',
  },
  RUN_NOT_FOUND: {
    meaning: 'The run does not exist, or a part of it is missing.',
    advice: 'Choose a different run, or start it again.',
  },
  RUN_WRITE: {
    meaning: 'A file of the run cannot be written.',
    advice: 'Free disk space or correct the permissions, and then resume.',
  },
  RUN_FILE: {
    meaning: 'A file of the run cannot be read, or is not what train wrote.',
    advice: 'Restore the file, or start the run again with a different name.',
  },
};

export type TrainErrorCode = keyof typeof ERROR_CODES;

export const trainError: MakeError<'TRAIN' | 'RUN', typeof ERROR_CODES> = makeError;
