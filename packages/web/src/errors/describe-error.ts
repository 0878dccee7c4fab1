import { codeOf } from '@isonoise/error';
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
  ['RUNTIME_CONTRACT', 'This is not a model that can be sampled'],
  ['BUNDLE_', 'The model’s files are not valid'],
  ['DOWNLOAD_', 'The model could not be fetched'],
  ['SAMPLER_SAVED', 'This is not a saved run that can be resumed'],
  ['SAMPLER_', 'The model cannot draw that'],
  ['SCHEDULE_', 'The schedule is not valid'],
  ['RANDOM_', 'The seed is not valid'],
  ['DATA_', 'These images cannot be used'],
  ['RUN_PICTURE', 'This picture cannot be drawn again from its file alone'],
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
  ['SERVER_ANSWER', 'This is not an isonoise server'],
  ['SHUTTING_DOWN', 'The server is shutting down'],
  ['TIME_LIMIT', 'The server took too long'],
];

/** Describes an error for display. @param error any thrown value */
export function describeError(error: unknown): ErrorDescription {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? null;
  const title = TITLES.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? 'Something went wrong';
  return { title, message: message === '' ? 'The error has no message.' : message, code };
}
