import { setImmediate as turn } from 'node:timers/promises';
import { type SampleStep, sample, toSamplingStart } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import type { Job } from './jobs.ts';
import { stepStream } from './step-stream.ts';

/**
 * Returns a job with one image of 1 MiB (1.4 MiB as base64) and 20 steps, and functions that return the numbers of
 * taken steps and of computed previews.
 */
function largeJob(): { job: Job; taken: () => number; previews: () => number } {
  const shape = { channels: 1, height: 512, width: 512 };
  const request = {
    shape,
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    seed: 1,
    images: 1,
    steps: 20,
  } as const;
  let [taken, previews] = [0, 0];
  async function* steps(): AsyncGenerator<SampleStep, void, undefined> {
    for await (const step of sample(async (x) => x, request)) {
      taken++;
      yield {
        ...step,
        get preview() {
          previews++;
          return step.x;
        },
      };
    }
  }
  const job: Job = {
    work: {
      planned: toSamplingStart(request),
      begin: () => toSamplingStart(request),
      shape: [1, 1, 512, 512],
      steps: 20,
      end: 20,
      perCall: 1,
      places: 1,
      class: null,
      notes: [],
      record: undefined,
      passes: { network: 20, guide: 0 },
      flops: 20,
    },
    provider: { name: 'cpu', reason: 'requested' },
    steps: steps(),
    signal: new AbortController().signal,
    ended: false,
    end() {},
  };
  return { job, taken: () => taken, previews: () => previews };
}

const options = { requestId: 'a', saveEvery: 0, disconnect: () => {}, onEnd: () => {} };

it('stepStream takes no further step while a mebibyte waits to be read', async () => {
  const { job, taken } = largeJob();
  const stream = stepStream(job, { ...options, previewEvery: 1 });
  for (let i = 0; i < 200; i++) await turn();
  expect(taken()).toBe(1);
  await stream.cancel();
});

it('stepStream computes only the previews that it sends', async () => {
  const { job, taken, previews } = largeJob();
  const text = await new Response(stepStream(job, { ...options, previewEvery: 8 })).text();
  expect(taken()).toBe(20);
  // After steps 8, 16 and 20.
  expect(text.match(/"preview"/g)).toHaveLength(3);
  expect(previews()).toBe(3);
});
