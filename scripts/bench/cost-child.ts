// Measures one size of the bench `cost` in a separate process, so that the peak memory is that of this size alone.
import { parentRequest, peakMemory, replyToParent } from './child.ts';
import type { CostAnswer, CostRequest } from './cost.ts';
import { againstPeak, createProduct } from './peak.ts';
import { stepFlops, tracedEngine } from './traced-engine.ts';
import { stepFeeds, workload } from './workload.ts';

const { width, batch, threads, rounds } = parentRequest<CostRequest>();
const { network } = workload(width);
const engine = await tracedEngine(network, batch, threads);
const feeds = stepFeeds(network, batch);
// Measure memory first, because the other measurements would raise the peak.
for (let i = 0; i < 2; i++) await engine.step(feeds);
const memory = peakMemory();
const flops = await stepFlops(network, batch);
const product = await createProduct(threads);
const { step, achieved, peak } = await againstPeak(() => engine.step(feeds), flops, { product, rounds });
const answer: CostAnswer = { stepMs: step.best, gflops: achieved, peakGflops: peak, memory };
replyToParent(answer);
