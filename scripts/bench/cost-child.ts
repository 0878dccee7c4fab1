// A process of its own for one size of `cost`: its peak memory is that size's alone.
import { answerParent, peakMemory, requestOfParent } from './child.ts';
import type { CostAnswer, CostRequest } from './cost.ts';
import { interleave } from './interleave.ts';
import { createPeak, gflops, peakGflops } from './peak.ts';
import { stepFlops, tracedEngine } from './traced-engine.ts';
import { stepFeeds, workload } from './workload.ts';

const { width, batch, threads, rounds } = requestOfParent<CostRequest>();
const { network } = workload(width);
const engine = await tracedEngine(network, batch, threads);
const feeds = stepFeeds(network, batch);
// Memory first: what comes after it would count as well.
for (let i = 0; i < 2; i++) await engine.step(feeds);
const memory = peakMemory();
const flops = await stepFlops(network, batch);
const peak = await createPeak(threads);
const times = await interleave(
  { before: peak.run, step: () => engine.step(feeds), after: peak.run },
  { rounds },
);
const answer: CostAnswer = {
  stepMs: times.step.best,
  gflops: gflops(flops, times.step.best),
  peakGflops: peakGflops(Math.min(times.before.best, times.after.best)),
  memory,
};
answerParent(answer);
