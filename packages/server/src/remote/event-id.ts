import type { JobInfo } from '@isonoise/api';

/**
 * Id of the event that describes a job: the number of its finished images, with `-` and the state if it has ended, or
 * `-waits` if it waits for something.
 */
export const eventId = ({ imagesDone, state, waitsFor }: JobInfo): string => {
  if (state !== 'open') return `${imagesDone}-${state}`;
  return waitsFor === null ? String(imagesDone) : `${imagesDone}-waits`;
};

/** Whether an event is the last one of its stream. */
export const isLastEvent = (id: string): boolean => /-(done|failed|cancelled)$/.test(id);
