import type { JobInfo } from '@isonoise/api';

/** Id of the event that describes a job: the number of its finished images, with `-` and the state if it has ended. */
export const eventId = ({ imagesDone, state }: JobInfo): string =>
  state === 'open' ? String(imagesDone) : `${imagesDone}-${state}`;

/** Whether an event is the last one of its stream. */
export const isLastEvent = (id: string): boolean => /-(done|failed|cancelled)$/.test(id);
