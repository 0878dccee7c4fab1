import { hostname, userInfo } from 'node:os';
import {
  type Connection,
  connect,
  JobClient,
  type JobProgress,
  type JobRecord,
  JobStore,
} from '@isonoise/jobs';
import { count, plural, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ListFlags } from './jobs-flags.ts';

/** `isonoise jobs list`: lists the unfinished jobs and the workers. */
export async function listJobs({ redis, json }: ListFlags, terminal: Terminal): Promise<void> {
  await withClient(redis, async (client, store) => {
    const jobs: { readonly record: JobRecord; readonly progress: JobProgress }[] = [];
    for (const id of await store.open())
      jobs.push({ record: await store.record(id), progress: await store.progress(id) });
    const workers = await client.workers();
    if (json === true) {
      terminal.json({
        jobs: jobs.map(({ record, progress }) => ({
          id: record.id,
          created: new Date(record.created).toISOString(),
          client: record.client,
          bundle: record.bundle,
          images: record.images,
          priority: record.priority,
          done: imagesDone(record, progress),
        })),
        workers,
      });
      return;
    }
    const rows = jobs.map(({ record, progress }): [string, string] => [
      record.id,
      `${record.bundle.name}: ${count(imagesDone(record, progress))} of ${plural(record.images, 'image')}, from ${record.client}`,
    ]);
    terminal.out(
      table([
        ...rows,
        ['jobs', plural(jobs.length, 'unfinished job')],
        ['workers', workers.length === 0 ? 'none' : workers.map(({ name }) => name).join(', ')],
      ]),
    );
  });
}

/** Returns the number of images in finished ranges. */
const imagesDone = ({ images, rangeSize }: JobRecord, { finished }: JobProgress): number =>
  Math.min(images, finished * rangeSize);

/** `isonoise jobs cancel`: cancels jobs. @throws `JOBS_NOT_FOUND` */
export async function cancelJobs(
  ids: readonly string[],
  { redis, json }: ListFlags,
  terminal: Terminal,
): Promise<void> {
  await withClient(redis, async (client, store) => {
    const records: JobRecord[] = [];
    // All ids are checked before the first job is cancelled.
    for (const id of ids) records.push(await store.record(id));
    const cancelled: string[] = [];
    for (const record of records)
      if (await client.cancel(record, `by ${userInfo().username}@${hostname()}`)) cancelled.push(record.id);
    if (json === true) terminal.json({ cancelled });
    else
      terminal.out(
        table(ids.map((id) => [id, cancelled.includes(id) ? 'cancelled' : 'had ended before'] as const)),
      );
  });
}

async function withClient(
  redis: string,
  act: (client: JobClient, store: JobStore) => Promise<void>,
): Promise<void> {
  const connection: Connection = await connect(redis);
  const client = new JobClient(connection);
  try {
    await act(client, new JobStore(connection.redis));
  } finally {
    await client.close();
    connection.close();
  }
}
