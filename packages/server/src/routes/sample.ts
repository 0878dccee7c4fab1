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
import type { Environment, Services } from '../environment.ts';
import { ownCode } from '../error-answer.ts';
import { ServerError } from '../errors.ts';
import { type BodyKind, parseBody, requireJson } from '../http/json-body.ts';
import { readBody } from '../http/read-body.ts';
import type { Job } from '../sampling/jobs.ts';
import { bytesOf } from '../sampling/little-endian.ts';
import { pngOf } from '../sampling/picture.ts';
import { type StepStreamOptions, stepStream } from '../sampling/step-stream.ts';

const SAMPLE: BodyKind<SampleBody> = { schema: sampleBodySchema, fields: sampleBodyFields };
const RESUME: BodyKind<ResumeBody> = { schema: resumeBodySchema, fields: resumeBodyFields };

/**
 * Adds `POST /v1/sample` and `POST /v1/resume`. They draw images and respond with a PNG, numbers, a stream of steps,
 * or a saved run.
 */
export function sampleRoute(app: Hono<Environment>, { jobs, limits, bodyMemory, metrics }: Services): void {
  const add = <T extends SampleBody | ResumeBody>(path: string, kind: BodyKind<T>): void => {
    app.post(path, async (context) => {
      requireJson(context);
      const body = await readBody(context.req.raw, limits, bodyMemory, (bytes) => parseBody(kind, bytes));
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

/** Runs the steps of a job and ends the job. */
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
