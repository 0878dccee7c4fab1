import type { JobRecord, JobStore } from '@isonoise/jobs';
import type { Given } from '@isonoise/runtime';
import { ServerError } from '../errors.ts';

/** Text that the server stores with a job and needs to send its result. */
export interface SenderText {
  /** Whether PNG files contain the request. */
  readonly metadata: boolean;
  /** Identifies the pictures that the run starts from or changes. */
  readonly given?: Given | undefined;
  /** Names of the classes, for the names of files. */
  readonly classNames: readonly string[];
}

/**
 * Reads the text that the server stored with a job.
 *
 * @throws ServerError `JOB_OF_COMMAND` if a command sent the job, because the command collects the images itself;
 *   `JOB_UNREADABLE` if the text is missing
 */
export async function senderText({ id, hasSenderText }: JobRecord, store: JobStore): Promise<SenderText> {
  if (!hasSenderText)
    throw new ServerError(
      'JOB_OF_COMMAND',
      `job ${id} was sent by a command, which collects its images; expected a job of POST /v1/jobs. Get the images from the command.`,
    );
  const text = await store.senderText(id);
  if (text !== null) return JSON.parse(text) as SenderText;
  throw new ServerError(
    'JOB_UNREADABLE',
    `job ${id}: the text of its sender is missing; expected the text that was sent with the job. Send the job again.`,
  );
}
