import type { StreamEventName, StreamEvents } from '@isonoise/api';
import { errorAnswer, ownCode } from '../error-answer.ts';
import type { Job } from './jobs.ts';
import { base64Of } from './little-endian.ts';

/** Bytes of events that may wait for a slow reader before the job waits too; one event more, however long. */
const BYTES_AHEAD = 1 << 20;
/** After a job was stopped: so long may its last event take to be read. */
const GIVE_UP_MS = 1000;

export interface StepStreamOptions {
  readonly requestId: string;
  /** Send a preview every so many steps, and with the last; 0 for none. */
  readonly previewEvery: number;
  /** Ends the connection of a client that does not read. */
  readonly disconnect: () => void;
  /** Told once: `done`, or the code of what stopped it. */
  readonly onEnd: (outcome: string) => void;
}

/** A job as server-sent events (WHATWG HTML, "Server-sent events"); it is ended with the stream, however that ends. */
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
        // What waits at an event that nobody will take would never come to its end.
        await events.return();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BYTES_AHEAD }),
  );
}

/** A client that has stopped to read would never learn that its job was stopped, and hold its place for ever. */
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
  { requestId, previewEvery, onEnd }: StepStreamOptions,
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
      yield event('step', { step, steps, t, elapsedMs: elapsed, remainingMs, ...preview });
      [result, elapsedMs] = [x as Float32Array<ArrayBuffer>, elapsed];
    }
    outcome = 'done';
    yield event('result', { shape: work.shape, values: base64Of(result), elapsedMs });
  } catch (error) {
    const answer = errorAnswer(error, requestId).error;
    outcome = answer.code;
    // The status went out long ago: the last event says it.
    yield event('error', answer);
  } finally {
    job.end();
    // Left at an event: the reason is that of the stopped job.
    onEnd(outcome ?? ownCode(job.signal.reason) ?? 'INTERNAL');
  }
}

/** JSON has no line breaks of its own, so one `data:` line holds it. */
function event<K extends StreamEventName>(name: K, data: StreamEvents[K]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
