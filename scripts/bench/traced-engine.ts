import { countFlops } from '@isonoise/onnx';
import { createOnnxRuntimeEngine, type Engine, type SessionFactory } from '@isonoise/train';
import type { Network } from '@isonoise/unet';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { trainStepModel } from '../../packages/train/src/traced-step.ts';
import { initialState, STEP } from './workload.ts';

/** The engine that `pnpm train` uses, with its settings. */
export function tracedEngine(
  network: Network,
  batchSize: number,
  threads: number,
  createSession: SessionFactory = createNodeSession({ provider: 'cpu', threads }),
): Promise<Engine> {
  const state = initialState(network);
  return createOnnxRuntimeEngine({ network, step: STEP, batchSize, state, createSession, device: 'cpu' });
}

/** Floating-point operations of one training step: those of its convolutions and matrix products. */
export async function stepFlops(network: Network, batchSize: number): Promise<number> {
  const { graph } = await trainStepModel(network, STEP, batchSize, true);
  return countFlops(graph);
}
