import { codeOf } from '@isonoise/error';
/** An error as a person reads it. */
export interface ErrorDescription {
  /** What went wrong, in a few words. */
  readonly title: string;
  /** The error's own words: what was got, what is wanted, what to do. */
  readonly message: string;
  /** Stable, for looking it up; null where the error has none. */
  readonly code: string | null;
}

/** Codes of our packages begin with what they are about. */
const TITLES: readonly (readonly [prefix: string, title: string])[] = [
  ['RUNTIME_PROVIDER', 'This device cannot run the model that way'],
  ['RUNTIME_REQUEST', 'The model cannot draw that'],
  ['RUNTIME_CONTRACT', 'This is not a model that can be sampled'],
  ['BUNDLE_', 'The model’s files are not right'],
  ['DOWNLOAD_', 'The model could not be fetched'],
  ['SAMPLER_', 'The model cannot draw that'],
  ['SCHEDULE_', 'That schedule does not exist'],
  ['RANDOM_', 'That seed does not exist'],
  ['DATA_', 'These images cannot be used'],
  ['RUN_STORAGE', 'The browser cannot keep the run'],
  ['RUN_LOCKED', 'Another tab has this run'],
  ['TRAIN_NON_FINITE', 'The training has diverged'],
  ['TRAIN_', 'The training cannot go on'],
  ['RUN_', 'The run cannot be gone on with'],
  ['EXPORT_', 'The model could not be exported'],
  ['SERVER_UNREACHABLE', 'The server does not answer'],
  ['BUDGET_EXCEEDED', 'Too much for the server at once'],
  ['QUEUE_FULL', 'The server is busy'],
  ['KEY_REQUIRED', 'The server wants a key'],
  ['MODEL_BROKEN', 'The server’s model is not right'],
  ['MODEL_', 'The server does not have that model'],
  ['SERVER_ANSWER', 'There is no isonoise server here'],
  ['SHUTTING_DOWN', 'The server is about to stop'],
  ['TIME_LIMIT', 'The server took too long'],
];

/** @param error whatever was thrown */
export function describeError(error: unknown): ErrorDescription {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? null;
  const title = TITLES.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? 'Something went wrong';
  return { title, message: message === '' ? 'The error came without a message.' : message, code };
}
