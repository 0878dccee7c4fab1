import {
  ANSWER_HEADERS,
  DEFAULT_FORMAT,
  type ResumeBody,
  resumeBodyFields,
  resumeBodySchema,
  type SampleBody,
  type SampleFormat,
  sampleBodyFields,
  sampleBodySchema,
} from '@isonoise/api';
import { encodeSampling, type SampleStep } from '@isonoise/sampler';
import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Environment, Services } from '../environment.ts';
import { ownCode } from '../error-answer.ts';
import { ServerError } from '../errors.ts';
import { BodyMemory } from '../http/body-memory.ts';
import { bodyProblems } from '../http/body-problems.ts';
import { parseJson } from '../http/parse-json.ts';
import { readBody } from '../http/read-body.ts';
import type { Job } from '../sampling/jobs.ts';
import { bytesOf } from '../sampling/little-endian.ts';
import { pngOf } from '../sampling/picture.ts';
import { type StepStreamOptions, stepStream } from '../sampling/step-stream.ts';

/** Schema and field names of a route's bodies. */
interface BodyKind<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  readonly fields: readonly string[];
}

const SAMPLE: BodyKind<SampleBody> = { schema: sampleBodySchema, fields: sampleBodyFields };
const RESUME: BodyKind<ResumeBody> = { schema: resumeBodySchema, fields: resumeBodyFields };

/** Number of bodies with arrays of the maximum length that may be received at the same time. */
const LONGEST_BODIES = 8;

/**
 * Adds `POST /v1/sample` and `POST /v1/resume`. They draw images and respond with a PNG, numbers, a stream of steps,
 * or a saved run.
 */
export function sampleRoute(app: Hono<Environment>, { jobs, limits, metrics }: Services): void {
  const memory = new BodyMemory(LONGEST_BODIES * limits.arrayBytes);
  const add = <T extends SampleBody | ResumeBody>(path: string, kind: BodyKind<T>): void => {
    app.post(path, async (context) => {
      checkType(context);
      const body = await readBody(context.req.raw, limits, memory, (bytes) => parsed(kind, bytes));
      const job = await jobs.begin(body, context.req.raw.signal);
      const { model, format = DEFAULT_FORMAT, previewEvery = 1, saveEvery = 0 } = body;
      const done = (outcome: string): void => {
        const { shape, steps, end, planned } = job.work;
        const [images] = shape;
        if (outcome === 'done' && end === steps) metrics.images.inc({ model }, images);
        context.get('log').info({ model, images, steps: end - planned.nextStep, format, outcome }, 'sampled');
      };
      return ANSWERS[format](job, { previewEvery, saveEvery }, context, done);
    });
  };
  add('/v1/sample', SAMPLE);
  add('/v1/resume', RESUME);
}

/** Parses a body. @throws ServerError `BODY_INVALID` with all invalid fields */
function parsed<T>({ schema, fields }: BodyKind<T>, bytes: Uint8Array): T {
  const result = v.safeParse(schema, parseJson(bytes));
  if (result.success) return result.output;
  throw new ServerError(
    'BODY_INVALID',
    `${bodyProblems(result.issues, fields).join('; ')}. See /v1/openapi.json.`,
  );
}

type Answer = (
  job: Job,
  options: Pick<StepStreamOptions, 'previewEvery' | 'saveEvery'>,
  context: Context<Environment>,
  done: (outcome: string) => void,
) => Response | Promise<Response>;

const ANSWERS: Readonly<Record<SampleFormat, Answer>> = {
  png: async (job, _stream, context, done) => {
    const { last, headers } = await finish(job, done);
    const { shape, record } = job.work;
    return context.body(pngOf(last.x, shape, record), 200, { ...headers, 'Content-Type': 'image/png' });
  },
  float32: async (job, _stream, context, done) => {
    const { last, headers } = await finish(job, done);
    return context.body(bytesOf(last.x), 200, {
      ...headers,
      [ANSWER_HEADERS.shape]: job.work.shape.join(','),
      'Content-Type': 'application/octet-stream',
    });
  },
  saved: async (job, _stream, context, done) => {
    const { last, headers } = await finish(job, done);
    return context.body(encodeSampling(last.save()), 200, { ...headers, 'Content-Type': 'application/json' });
  },
  stream: (job, { previewEvery, saveEvery }, context, done) => {
    const requestId = context.get('requestId');
    const disconnect = (): void => {
      context.set('cutOff', true);
      context.env?.outgoing?.destroy();
    };
    const events = stepStream(job, { previewEvery, saveEvery, requestId, disconnect, onEnd: done });
    return context.body(events, 200, {
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

/** Runs the steps of a job and ends it. */
async function finish(
  job: Job,
  done: (outcome: string) => void,
): Promise<{ last: SampleStep; headers: Record<string, string> }> {
  let outcome = 'done';
  try {
    let last: SampleStep | undefined;
    for await (const step of job.steps) last = step;
    if (last === undefined) throw new ServerError('INTERNAL', 'the sampler took no steps.');
    const headers = {
      ...headersOf(job),
      [ANSWER_HEADERS.elapsed]: (last.elapsedMs ?? 0).toFixed(1),
      'Cache-Control': 'no-store',
    };
    return { last, headers };
  } catch (error) {
    outcome = ownCode(error) ?? 'INTERNAL';
    throw error;
  } finally {
    job.end();
    done(outcome);
  }
}

/** @throws ServerError `BODY_TYPE` */
function checkType(context: Context<Environment>): void {
  const type = context.req.header('Content-Type') ?? 'missing';
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type) ?? [];
  // CSRF protection: pages of other sites cannot send this type without a preflight.
  if (!/^application\/json\s*(;|$)/i.test(type) || charset.toLowerCase() !== 'utf-8') {
    throw new ServerError('BODY_TYPE', `Content-Type is ${type}; expected application/json, in UTF-8.`);
  }
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() === 'identity') return;
  const message = `Content-Encoding is ${encoding}; expected none. Send the body uncompressed.`;
  throw new ServerError('BODY_TYPE', message, { headers: { 'Accept-Encoding': 'identity' } });
}
