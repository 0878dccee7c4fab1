import type { Context, Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { parseBody, requireJson } from '../http/json-body.ts';
import { readBody } from '../http/read-body.ts';
import { streamOf } from '../http/stream-of.ts';
import { configured } from '../remote/configured.ts';
import { JOB } from '../remote/job-body.ts';
import type { RemoteJobs, ResultFormat } from '../remote/remote-jobs.ts';

/** Content types of the results. */
const RESULT_TYPES: Readonly<Record<ResultFormat, string>> = {
  zip: 'application/zip',
  npy: 'application/octet-stream',
};
const DEFAULT_RESULT: ResultFormat = 'zip';

/** Adds `/v1/jobs`: jobs that workers draw. Without a store of jobs, each path answers `JOBS_NOT_CONFIGURED`. */
export function jobRoutes(app: Hono<Environment>, { remote, limits, bodyMemory }: Services): void {
  const jobs = (): RemoteJobs => configured(remote);

  app.post('/v1/jobs', async (context) => {
    const accepting = jobs();
    requireJson(context);
    const body = await readBody(context.req.raw, limits, bodyMemory, (bytes) => parseBody(JOB, bytes));
    const info = await accepting.send(body, { client: clientOf(context), listensAt: context.env?.listensAt });
    const { id, model, images } = info;
    context.get('log').info({ job: id, model, images }, 'job sent');
    return context.json(info, 202, { ...NOT_STORED, Location: `/v1/jobs/${id}` });
  });

  app.get('/v1/jobs', async (context) => context.json(await jobs().list(), 200, NOT_STORED));

  app.get('/v1/jobs/:id', async (context) =>
    context.json(await jobs().info(context.req.param('id')), 200, NOT_STORED),
  );

  app.delete('/v1/jobs/:id', async (context) => {
    const info = await jobs().end(context.req.param('id'), `by ${clientOf(context)}`);
    return info === null ? context.body(null, 204) : context.json(info, 200, NOT_STORED);
  });

  app.get('/v1/jobs/:id/events', async (context) => {
    const events = await jobs().events(context.req.param('id'), {
      lastEventId: context.req.header('Last-Event-ID'),
      requestId: context.get('requestId'),
      client: context.req.raw.signal,
    });
    // The status 204 tells an EventSource not to connect again.
    if (events === null) return context.body(null, 204);
    return context.body(streamOf(encoded(events), failureOf(context)), 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      ...NOT_STORED,
    });
  });

  app.get('/v1/jobs/:id/result', async (context) => {
    const id = context.req.param('id');
    const format = formatOf(context.req.query('format'));
    const { chunks, length } = await jobs().result(id, format, context.req.raw.signal);
    return context.body(streamOf(chunks, failureOf(context)), 200, {
      'Content-Type': RESULT_TYPES[format],
      'Content-Disposition': `attachment; filename="job-${id}.${format}"`,
      ...(length === undefined ? {} : { 'Content-Length': String(length) }),
      ...NOT_STORED,
    });
  });

  app.get('/v1/jobs/:id/images/:file', async (context) => {
    const { id, file } = context.req.param();
    const [, digits] = /^(\d{1,15})\.png$/.exec(file) ?? [];
    if (digits === undefined)
      throw new ServerError(
        'NOT_FOUND',
        `the name of the image is ${file}; expected a position from 0 with .png, such as 0.png. Correct the path.`,
      );
    const png = await jobs().image(id, Number(digits));
    return context.body(png, 200, { 'Content-Type': 'image/png', ...NOT_STORED });
  });
}

/** Prevents caching, because a job and its images can be deleted. */
const NOT_STORED = { 'Cache-Control': 'no-store' };

/** Identifies the client of a request, for the limit of unfinished jobs per client. */
function clientOf({ env }: Context<Environment>): string {
  return `http ${env?.incoming?.socket.remoteAddress ?? 'in this process'}`;
}

/** @throws ServerError `QUERY_INVALID` */
function formatOf(value: string = DEFAULT_RESULT): ResultFormat {
  const formats = Object.keys(RESULT_TYPES) as ResultFormat[];
  const format = formats.find((name) => name === value);
  if (format !== undefined) return format;
  throw new ServerError(
    'QUERY_INVALID',
    `format is ${JSON.stringify(value)}; expected ${formats.join(' or ')}. Single images are at /v1/jobs/<id>/images/<n>.png.`,
  );
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

/** Returns a function that logs the error of a body whose status was sent already. */
const failureOf =
  (context: Context<Environment>) =>
  (error: unknown): void => {
    context.set('cutOff', true);
    context.get('log').error({ err: error }, 'the response ended before it was complete');
  };
