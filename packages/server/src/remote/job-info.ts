import type { JobInfo } from '@isonoise/api';
import { countRanges, type DrawnBy, imagesOfRange, type JobProgress, type JobRecord } from '@isonoise/jobs';
import type { OpenStore } from './store-access.ts';

/** Reads everything about a job that clients may know. @throws `JOB_NOT_FOUND` */
export async function readJobInfo(open: OpenStore, id: string): Promise<JobInfo> {
  const { store, client } = open;
  const record = await store.record(id);
  // The state is read before the ranges, so that all ranges are found if the state is done.
  const progress = await store.progress(id);
  const ranges = Array.from({ length: countRanges(record) }, (_, range) => range);
  const waitsFor = await client.waitsFor(record, progress);
  return jobInfo(record, progress, { waitsFor, ranges: await store.finishedOf(id, ranges) });
}

/**
 * Describes a job that was sent just now. It does not use the store, whose connection may have been lost since then.
 */
export const sentJobInfo = (record: JobRecord): JobInfo =>
  jobInfo(record, { state: 'open', reason: '', drawn: null }, { waitsFor: null, ranges: new Map() });

/** Describes a job to clients. `ranges` maps the number of each finished range to the worker that drew it. */
function jobInfo(
  record: JobRecord,
  { state, reason, drawn }: Pick<JobProgress, 'state' | 'reason' | 'drawn'>,
  { waitsFor, ranges }: { readonly waitsFor: string | null; readonly ranges: ReadonlyMap<number, DrawnBy> },
): JobInfo {
  const { id, bundle, client, created, images } = record;
  let done = 0;
  for (const range of ranges.keys()) done += imagesOfRange(record, range).count;
  const seconds = drawn === null ? 0 : (drawn.latest - drawn.began) / 1000;
  const rate = seconds > 0 ? done / seconds : null;
  return {
    id,
    state,
    reason: reason === '' ? null : reason,
    waitsFor,
    model: bundle.name,
    client,
    created: new Date(created).toISOString(),
    images,
    imagesDone: done,
    imagesPerSecond: rate,
    secondsLeft: rate === null || state !== 'open' ? null : (images - done) / rate,
    kinds: kindsOf(record, ranges),
  };
}

function kindsOf(record: JobRecord, ranges: ReadonlyMap<number, DrawnBy>): JobInfo['kinds'] {
  const kinds = new Map<string, [first: number, last: number][]>();
  for (const [range, { kind }] of [...ranges].sort(([a], [b]) => a - b)) {
    const { first, count } = imagesOfRange(record, range);
    const list = kinds.get(kind) ?? [];
    const before = list.at(-1);
    if (before !== undefined && before[1] === first - 1) before[1] = first + count - 1;
    else list.push([first, first + count - 1]);
    kinds.set(kind, list);
  }
  return [...kinds].map(([kind, list]) => ({ kind, ranges: list }));
}
