import { codeOf } from '@isonoise/error';
import { webError } from '../errors.ts';

/** An error as it is displayed. */
export interface ErrorDescription {
  /** Summary of the error in a few words. */
  readonly title: string;
  /** The message of the error: what was found, what was expected, what to do. */
  readonly message: string;
  /** Stable code, for looking it up; null if the error has none. */
  readonly code: string | null;
}

/** Titles by the prefix of the code; the first matching prefix is used. */
const TITLES: readonly (readonly [prefix: string, title: string])[] = [
  ['RUNTIME_PROVIDER', 'This device cannot run the model on the chosen provider'],
  ['RUNTIME_REQUEST', 'The model cannot draw that'],
  ['RUNTIME_RECORD', 'The request in this picture cannot be used'],
  ['RUNTIME_WORKER', 'The model has ended unexpectedly'],
  ['RUNTIME_CONTRACT', 'This is not a model that can be sampled'],
  ['BUNDLE_FILE_MISSING', 'A file of the model is missing or could not be fetched'],
  ['BUNDLE_CONNECTION', 'The model could not be fetched'],
  ['BUNDLE_VERSION', 'The model needs a newer version of isonoise'],
  ['BUNDLE_', 'The model’s files are not valid'],
  ['DOWNLOAD_', 'The model could not be fetched'],
  ['SAMPLER_SAVED', 'This is not a saved run that can be resumed'],
  ['SAMPLER_', 'The model cannot draw that'],
  ['SCHEDULE_', 'The schedule is not valid'],
  ['RANDOM_', 'The seed is not valid'],
  ['DATA_', 'These images cannot be used'],
  ['RUN_PICTURE', 'This picture cannot be drawn again from its file alone'],
  ['RUN_TOO_MANY', 'These are too many images for this page'],
  ['RUN_MODEL_MISSING', 'The page does not have this model'],
  ['RUN_EDIT', 'This edit cannot be shown again'],
  ['RUN_KEPT', 'The browser’s storage failed'],
  ['RUN_PALETTE', 'The model has no palette'],
  ['RUN_STORAGE', 'The browser cannot store the run'],
  ['RUN_LOCKED', 'Another tab is using this run'],
  ['TRAIN_NON_FINITE', 'Training has diverged'],
  ['TRAIN_', 'Training cannot continue'],
  ['RUN_', 'This run cannot be resumed'],
  ['EXPORT_', 'The model could not be exported'],
  ['SERVER_UNREACHABLE', 'The server does not answer'],
  ['BUDGET_EXCEEDED', 'The request is too large for the server'],
  ['QUEUE_FULL', 'The server is busy'],
  ['KEY_REQUIRED', 'The server requires a key'],
  ['MODEL_BROKEN', 'The server cannot use its model'],
  ['MODEL_', 'The server does not have that model'],
  ['SERVER_FILE', 'A part of the page could not be loaded'],
  ['SERVER_ANSWER', 'This is not an isonoise server'],
  ['SHUTTING_DOWN', 'The server is shutting down'],
  ['TIME_LIMIT', 'The server took too long'],
];

/**
 * Messages of Chromium, Firefox and Safari for code that `import()` could not fetch, and of Vite for styles. These
 * errors have no code.
 */
const NOT_FETCHED = /dynamically imported module|Importing a module script failed|Unable to preload CSS/i;

/** Replaces the browser's error for code that could not be fetched, for example because the page has a new version. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) !== undefined || !NOT_FETCHED.test(error.message))
    return error;
  return webError(
    'SERVER_FILE',
    `page: a file of the page could not be fetched (${error.message}); expected the files of the open version. ` +
      'Check the network, then try again. If that fails, reload the page.',
    { cause: error },
  );
}

/** Describes an error for display. @param thrown any thrown value */
export function describeError(thrown: unknown): ErrorDescription {
  const error = explained(thrown);
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? null;
  const title = TITLES.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? 'Something went wrong';
  return { title, message: message === '' ? 'The error has no message.' : message, code };
}
