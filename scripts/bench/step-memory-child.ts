// Runs a few training steps in a separate process and reports its memory, for the bench `torch`.
import { parentRequest, peakMemory, replyToParent } from './child.ts';
import { tracedEngine } from './traced-engine.ts';
import { RECORD_BATCH, stepFeeds, workload } from './workload.ts';

export interface StepMemoryRequest {
  readonly width: number;
  readonly threads: number;
  readonly steps: number;
}

/** Memory of the process, in MiB. */
export interface StepMemory {
  /** Memory of Node, tfjs and ONNX Runtime, before tracing. */
  readonly before: number;
  readonly peak: number;
}

const { width, threads, steps } = parentRequest<StepMemoryRequest>();
const { network } = workload(width);
const before = peakMemory();
const engine = await tracedEngine(network, RECORD_BATCH, threads);
const feeds = stepFeeds(network, RECORD_BATCH);
for (let i = 0; i < steps; i++) await engine.step(feeds);
replyToParent({ before, peak: peakMemory() } satisfies StepMemory);
