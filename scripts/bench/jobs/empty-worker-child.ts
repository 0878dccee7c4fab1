// A worker of the bench `jobs` whose ranges cost nothing to draw. It ends when the parent sets STOP_KEY.
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type RangeModel, startWorker } from '@isonoise/jobs';
import { sampleStepsOf } from '@isonoise/sampler';
import { parentRequest, replyToParent } from '../child.ts';
import { type EmptyWorkerAnswer, type EmptyWorkerRequest, STOP_KEY } from './empty-work.ts';

const { url, name, concurrency } = parentRequest<EmptyWorkerRequest>();
const latencies: number[] = [];
let ranges = 0;
const model: RangeModel = {
  kind: 'empty',
  async *draw(start) {
    const { shape, images, steps } = start.plan;
    const x = new Float32Array(images.length * shape.channels * shape.height * shape.width);
    yield sampleStepsOf(start)({ step: steps.length - 1, x, x0: x, memory: [] });
  },
  release() {},
};
const connection = await connect(url);
const worker = startWorker({
  connection,
  models: {
    async open({ created }) {
      latencies.push(Date.now() - created);
      return model;
    },
  },
  name,
  concurrency,
  lockMs: 15_000,
  onRange() {
    ranges++;
  },
});
const before = process.cpuUsage();
while ((await connection.redis.exists(STOP_KEY)) === 0) await pause(100);
const { user, system } = process.cpuUsage(before);
await worker.stop();
connection.close();
replyToParent({ ranges, cpuSeconds: (user + system) / 1e6, latencies } satisfies EmptyWorkerAnswer);
