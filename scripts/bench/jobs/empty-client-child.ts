// A client of the bench `jobs`, which sends jobs one after the other and collects their images.
import { connect, JobClient } from '@isonoise/jobs';
import { planSampling } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { parentRequest, replyToParent } from '../child.ts';
import type { EmptyClientAnswer, EmptyClientRequest } from './empty-work.ts';

const { url, jobs, ranges, rangeSize } = parentRequest<EmptyClientRequest>();
const plan = planSampling({
  shape: { channels: 1, height: 28, width: 28 },
  schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 1000 }),
  predictionType: 'epsilon',
  seed: 1,
  images: ranges * rangeSize,
  sampler: 'ddim',
  steps: 1,
});
const connection = await connect(url);
const client = new JobClient(connection);
const seconds: number[] = [];
const before = process.cpuUsage();
for (let i = 0; i < jobs; i++) {
  const began = performance.now();
  const job = await client.send({
    start: { plan, nextStep: 0 },
    bundle: { sha256: 'ab'.repeat(32), name: 'empty' },
    client: 'bench',
    rangeSize,
  });
  for await (const _ of client.collect(job)) {
    // The images are not used; only the time is measured.
  }
  await client.remove(job.id);
  seconds.push((performance.now() - began) / 1000);
}
const { user, system } = process.cpuUsage(before);
await client.close();
connection.close();
replyToParent({ seconds, cpuSeconds: (user + system) / 1e6 } satisfies EmptyClientAnswer);
