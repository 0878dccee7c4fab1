import type { StreamEventName, StreamEvents } from '@isonoise/api';
import { savedToJson } from '@isonoise/sampler';
import { errorAnswer, ownCode } from '../error-answer.ts';
import type { Job } from './jobs.ts';
import { base64Of } from './little-endian.ts';

/** While at least this many bytes of events are unread, the job pauses. A single event may be longer. */
const BYTES_AHEAD = 1 << 20;
/** How long a client may take to read the last event of a stopped job. */
const GIVE_UP_MS = 1000;

export interface StepStreamOptions {
  readonly requestId: string;
  /** Interval of previews in steps; the last step always has a preview. 0 means no previews. */
  readonly previewEvery: number;
  /** Interval of saved runs in steps; the last step has none. 0 means no saved runs. */
  readonly saveEvery: number;
  /** Closes the connection of a client that does not read. */
  readonly disconnect: () => void;
  /** Called once with `done`, or with the error code. */
  readonly onEnd: (outcome: string) => void;
}

/** Streams a job as server-sent events (WHATWG HTML, "Server-sent events"). The job ends with the stream. */
export function stepStream(job: Job, options: StepStreamOptions): ReadableStream<Uint8Array> {
  const events = eventsOf(job, options);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start: () => giveUpOnStop(job, options.disconnect),
      async pull(controller) {
        const { value, done } = await events.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        job.end();
        // Finish the generator, which otherwise stays suspended at an unread event.
        await events.return();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BYTES_AHEAD }),
  );
}

/**
 * Disconnects a client that does not read after its job was stopped. Otherwise the job would occupy its
 * places until the client reads the last event.
 */
function giveUpOnStop(job: Job, disconnect: () => void): void {
  const stopped = (): void => {
    if (job.ended) return;
    setTimeout(() => {
      if (job.ended) return;
      job.end();
      disconnect();
    }, GIVE_UP_MS).unref();
  };
  job.signal.addEventListener('abort', stopped, { once: true });
}

async function* eventsOf(
  job: Job,
  { requestId, previewEvery, saveEvery, onEnd }: StepStreamOptions,
): AsyncGenerator<string, void, undefined> {
  const { provider, work } = job;
  let outcome: string | undefined;
  try {
    const { steps: all, class: label, notes } = work;
    yield event('begin', { id: requestId, provider, steps: all, class: label, notes });
    let [result, elapsedMs] = [new Float32Array(), 0];
    for await (const taken of job.steps) {
      const { step, steps, t, x, elapsedMs: elapsed = 0, remainingMs = 0 } = taken;
      const seen = previewEvery > 0 && (step % previewEvery === 0 || step === steps);
      const preview = seen ? { preview: base64Of(taken.preview) } : {};
      const isSaved = saveEvery > 0 && step % saveEvery === 0 && step < steps;
      const saved = isSaved ? { saved: savedToJson(taken.save()) } : {};
      yield event('step', { step, steps, t, elapsedMs: elapsed, remainingMs, ...preview, ...saved });
      [result, elapsedMs] = [x as Float32Array<ArrayBuffer>, elapsed];
    }
    outcome = 'done';
    yield event('result', { shape: work.shape, values: base64Of(result), elapsedMs });
  } catch (error) {
    const answer = errorAnswer(error, requestId).error;
    outcome = answer.code;
    // The status was sent already, so the last event reports the error.
    yield event('error', answer);
  } finally {
    job.end();
    // Without an outcome, the stream was canceled: use the reason of the stopped job.
    onEnd(outcome ?? ownCode(job.signal.reason) ?? 'INTERNAL');
  }
}

/** Formats an event. Compact JSON has no line breaks, so one `data:` line suffices. */
function event<K extends StreamEventName>(name: K, data: StreamEvents[K]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
