import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  RUN_MODEL_MISSING: {
    meaning: 'The page does not have the model of a saved run.',
    advice: 'Open the files of the model with which the run was started.',
  },
  RUN_PICTURE_MISSING: {
    meaning: 'A PNG file contains the request of an edit, but not the picture that was changed.',
    advice:
      'Use pnpm sample with --like, and with --init or --from for the picture; or open the picture on the Edit tab and draw again.',
  },
  RUN_EDIT_GONE: {
    meaning: 'This browser does not store the images of an earlier edit any more.',
    advice: 'Draw the edit again.',
  },
  RUN_KEPT_STORAGE: {
    meaning: 'The browser’s storage could not read or delete an earlier drawing or a model.',
    advice: 'Try again, or reload the page.',
  },
  RUN_PALETTE: {
    meaning: 'The model does not record the colours of its training images.',
    advice: 'Draw with all colours.',
  },
  RUN_TOO_MANY: {
    meaning: 'A saved run, or the request in a PNG file, has more images than the page draws.',
    advice: 'Draw it with pnpm sample.',
  },
  RUN_FINISHED: {
    meaning: 'All steps of a saved run are done.',
    advice: 'Save a run before its last step.',
  },
  RUN_STORAGE_FULL: {
    meaning: 'The browser’s storage for this page is full.',
    advice: 'Delete runs or models, then resume.',
  },
  RUN_STORAGE_UNAVAILABLE: {
    meaning: 'The browser does not store data for this page.',
    advice: 'Leave the private window, or allow storage for this page.',
  },
  TRAIN_IMAGES_FETCH: {
    meaning: 'The images that come with the page could not be fetched.',
    advice: 'Check the server and the network.',
  },
  TRAIN_ENGINE: {
    meaning: 'The chosen device cannot run a training step.',
    advice: 'Choose the other device.',
  },
  TRAIN_MEMORY: {
    meaning: 'The memory of the tab is used up.',
    advice: 'Use fewer images per step, smaller images or a smaller network.',
  },
  TRAIN_WORKER: {
    meaning: 'The training worker ended unexpectedly.',
    advice: 'Resume the run. Saved checkpoints are kept.',
  },
  SERVER_UNREACHABLE: {
    meaning: 'The server did not answer.',
    advice: 'Check that it runs, and check the network.',
  },
  SERVER_FILE: {
    meaning: 'A file of the page could not be fetched.',
    advice: 'Check the network, then try again. If the page has a new version, reload it.',
  },
  SERVER_ANSWER: {
    meaning: 'The response is not from an isonoise server.',
    advice: 'Open the page that pnpm serve serves.',
  },
};

export const webError: MakeError<'RUN' | 'TRAIN' | 'SERVER', typeof ERROR_CODES> = makeError;
