import '@tensorflow/tfjs-backend-cpu';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { network, type TorchRun, torchFeeds, torchRuns } from '../testdata/torch-runs.ts';
import type { Engine } from './engine.ts';
import { createOnnxRuntimeEngine } from './engine-onnxruntime.ts';
import { createTfjsEngine } from './engine-tfjs.ts';
import type { StepOptions } from './step-options.ts';
import { initialState, type TrainState } from './train-state.ts';

const STEPS = torchRuns.learningRates.length;

interface EngineInputs {
  readonly network: typeof network;
  readonly step: StepOptions;
  readonly batchSize: number;
  readonly state: TrainState;
}

const ENGINES: Readonly<Record<string, (inputs: EngineInputs) => Promise<Engine>>> = {
  'traced on onnxruntime': (inputs) =>
    createOnnxRuntimeEngine({
      ...inputs,
      device: 'cpu',
      createSession: (model) => InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 }),
    }),
  'eager on tfjs': (inputs) => createTfjsEngine({ ...inputs, backend: 'cpu' }),
};

function inputsOf({ optimizer }: TorchRun): EngineInputs {
  return {
    network,
    step: { ...optimizer, averages: 2 },
    batchSize: torchRuns.batches[0]?.weight.length ?? 0,
    state: initialState(
      { ...optimizer, averages: 2 },
      network.parameters,
      Float32Array.from(torchRuns.theta),
    ),
  };
}

/** Returns the largest difference from the expected values, divided by the largest expected value. */
function apart(got: ArrayLike<number>, expected: readonly number[]): number {
  expect(got).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value))) / largest;
}

/**
 * Tolerance for float32 rounding after 20 steps. The largest measured difference was 6e-7. A mistake, such as an
 * uncorrected epsilon, the wrong kind of decay, or an average of the weights before the step, gave 1e-5 to 1e-2.
 */
const TOLERANCE = 3e-6;

describe.each(Object.entries(ENGINES))(`${STEPS} steps %s`, (_, createEngine) => {
  const named = torchRuns.cases.map((run) => [JSON.stringify(run.optimizer), run] as const);

  it.each(named)('give the losses, norms and vectors of PyTorch in float64: %s', async (__, run) => {
    const engine = await createEngine(inputsOf(run));
    const results: { loss: number; gradNorm: number }[] = [];
    for (let step = 1; step <= STEPS; step++) results.push(await engine.step(torchFeeds(step)));
    const state: Readonly<Record<string, Float32Array>> = await engine.readState();
    await engine.dispose();

    const differences = {
      losses: apart(
        results.map(({ loss }) => loss),
        run.losses,
      ),
      gradNorms: apart(
        results.map(({ gradNorm }) => gradNorm),
        run.gradNorms,
      ),
      ...Object.fromEntries(
        Object.entries(run.state).map(([slot, values]) => [slot, apart(state[slot] ?? [], values)]),
      ),
    };
    expect(Object.keys(state).sort()).toEqual(Object.keys(run.state).sort());
    for (const [what, difference] of Object.entries(differences))
      expect(difference, what).toBeLessThan(TOLERANCE);
  });
});

it('the runs of PyTorch include steps with clipped gradients and with unclipped gradients', () => {
  for (const { optimizer, gradNorms } of torchRuns.cases) {
    const { clipNorm } = optimizer;
    if (clipNorm === null) continue;
    const clipped = gradNorms.filter((norm) => norm > clipNorm).length;
    expect(clipped).toBeGreaterThanOrEqual(5);
    expect(clipped).toBeLessThanOrEqual(STEPS - 5);
  }
});
