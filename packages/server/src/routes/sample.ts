import {
  ANSWER_HEADERS,
  DEFAULT_FORMAT,
  type SampleBody,
  type SampleFormat,
  sampleBodyFields,
  sampleBodySchema,
} from '@isonoise/api';
import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Environment, Services } from '../environment.ts';
import { ownCode } from '../error-answer.ts';
import { ServerError } from '../errors.ts';
import { bodyProblems } from '../http/body-problems.ts';
import { parseJson } from '../http/parse-json.ts';
import { readBody } from '../http/read-body.ts';
import type { Job } from '../sampling/jobs.ts';
import { bytesOf } from '../sampling/little-endian.ts';
import { pngOf } from '../sampling/picture.ts';
import { stepStream } from '../sampling/step-stream.ts';

/** Adds `POST /v1/sample`: images as a PNG, as numbers, or step by step. */
export function sampleRoute(app: Hono<Environment>, { jobs, limits, metrics }: Services): void {
  app.post('/v1/sample', async (context) => {
    const body = await bodyOf(context, limits.bodyBytes);
    const job = await jobs.begin(body, context.req.raw.signal);
    const done = (outcome: string): void => {
      const [images] = job.work.shape;
      const { model, format = DEFAULT_FORMAT } = body;
      const { steps } = job.work;
      if (outcome === 'done') metrics.images.inc({ model }, images);
      context.get('log').info({ model, images, steps, format, outcome }, 'sampled');
    };
    return ANSWERS[body.format ?? DEFAULT_FORMAT](job, body, context, done);
  });
}

type Answer = (
  job: Job,
  body: SampleBody,
  context: Context<Environment>,
  done: (outcome: string) => void,
) => Response | Promise<Response>;

const ANSWERS: Readonly<Record<SampleFormat, Answer>> = {
  png: async (job, _body, context, done) => {
    const { x, headers } = await finish(job, done);
    return context.body(pngOf(x, job.work.shape), 200, { ...headers, 'Content-Type': 'image/png' });
  },
  float32: async (job, _body, context, done) => {
    const { x, headers } = await finish(job, done);
    return context.body(bytesOf(x), 200, {
      ...headers,
      [ANSWER_HEADERS.shape]: job.work.shape.join(','),
      'Content-Type': 'application/octet-stream',
    });
  },
  stream: (job, { previewEvery = 1 }, context, done) => {
    const requestId = context.get('requestId');
    const disconnect = (): void => {
      context.set('cutOff', true);
      context.env?.outgoing?.destroy();
    };
    const stream = stepStream(job, { requestId, previewEvery, disconnect, onEnd: done });
    return context.body(stream, 200, {
      ...headersOf(job),
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
    });
  },
};

/** @returns headers with provider, class and notes */
function headersOf({ provider, work }: Job): Record<string, string> {
  return {
    [ANSWER_HEADERS.provider]: provider.name,
    ...(work.class === null ? {} : { [ANSWER_HEADERS.class]: String(work.class) }),
    ...(work.notes.length === 0 ? {} : { [ANSWER_HEADERS.note]: work.notes.join(' ') }),
  };
}

/** Runs all steps of a job and ends it. */
async function finish(
  job: Job,
  done: (outcome: string) => void,
): Promise<{ x: Float32Array; headers: Record<string, string> }> {
  let outcome = 'done';
  try {
    let last: { readonly x: Float32Array; readonly elapsedMs?: number } | undefined;
    for await (const step of job.steps) last = step;
    if (last === undefined) throw new ServerError('INTERNAL', 'the sampler took no steps.');
    const headers = {
      ...headersOf(job),
      [ANSWER_HEADERS.elapsed]: (last.elapsedMs ?? 0).toFixed(1),
      'Cache-Control': 'no-store',
    };
    return { x: last.x, headers };
  } catch (error) {
    outcome = ownCode(error) ?? 'INTERNAL';
    throw error;
  } finally {
    job.end();
    done(outcome);
  }
}

/**
 * Reads the body.
 *
 * @throws ServerError `BODY_TYPE`, `BODY_TOO_LARGE`, `CLIENT_GONE`; `BODY_INVALID` lists all invalid fields
 */
async function bodyOf(context: Context<Environment>, limit: number): Promise<SampleBody> {
  checkType(context);
  const result = v.safeParse(sampleBodySchema, parseJson(await readBody(context.req.raw, limit)));
  if (result.success) return result.output;
  const problems = bodyProblems(result.issues, sampleBodyFields);
  throw new ServerError('BODY_INVALID', `${problems.join('; ')}. See /v1/openapi.json.`);
}

function checkType(context: Context<Environment>): void {
  const type = context.req.header('Content-Type') ?? 'missing';
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type) ?? [];
  // CSRF protection: a page of another site cannot send this type without a preflight.
  if (!/^application\/json\s*(;|$)/i.test(type) || charset.toLowerCase() !== 'utf-8') {
    throw new ServerError('BODY_TYPE', `Content-Type is ${type}; expected application/json, in UTF-8.`);
  }
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() === 'identity') return;
  const message = `Content-Encoding is ${encoding}; expected none. Send the body uncompressed.`;
  throw new ServerError('BODY_TYPE', message, { headers: { 'Accept-Encoding': 'identity' } });
}
