import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { UNet2DConfig } from '@isonoise/network';
import type { Engine, StepFeeds, TrainState } from '@isonoise/train';
import { scriptError } from '../../script-error.ts';
import type { Bench, BenchContext, Row } from '../bench.ts';
import { runChild } from '../child.ts';
import { formatNumber } from '../format.ts';
import { interleave } from '../interleave.ts';
import type { StepMemory, StepMemoryRequest } from '../step-memory-child.ts';
import { tracedEngine } from '../traced-engine.ts';
import { initialState, normals, RECORD_BATCH, RECORD_WIDTH, stepFeeds, workload } from '../workload.ts';
import { largest } from './operator-times.ts';
import { profileStep } from './profile-step.ts';
import { MEMORY_FORMATS, type PythonStep, startPython } from './python-step.ts';

/** Number of steps after which memory no longer grows. */
const MEMORY_STEPS = 3;
/** Number of operators that are listed for each side. */
const OPERATORS = 10;

export const torch: Bench = {
  name: 'torch',
  description: 'the training step against PyTorch: time, memory, and where the time goes; needs --python',
  needsPython: true,
  async run(context) {
    const widths = context.quick ? [RECORD_WIDTH] : [RECORD_WIDTH, 48, 64];
    const rows: Row[] = [];
    for (const width of widths) rows.push(...(await compareWidth(width, context)));
    return rows;
  },
};

async function compareWidth(
  width: number,
  { threads, quick, python = '', log }: BenchContext,
): Promise<Row[]> {
  const { network, config } = workload(width);
  const feeds = stepFeeds(network, RECORD_BATCH);
  const state = perturbed(initialState(network));
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-torch-'));
  const theirs: PythonStep[] = [];
  let engine: Engine | undefined;
  try {
    const ours = await tracedEngine(network, RECORD_BATCH, threads);
    engine = ours;
    await ours.writeState(state);
    await writeCase(folder, config, network.parameters, state, feeds);
    for (const format of MEMORY_FORMATS) theirs.push(await startPython(python, folder, format, threads));
    const [first, last] = theirs as [PythonStep, PythonStep];
    await requireEqualSteps(ours, theirs, feeds);
    const times = await interleave(
      { ours: () => ours.step(feeds), contiguous: first.step, channelsLast: last.step },
      { rounds: quick ? 2 : 8 },
    );
    const memories = [await first.memory(), await last.memory()];
    const [rival, memory, order] =
      times.contiguous.best <= times.channelsLast.best
        ? ([times.contiguous, memories[0], 'channels first'] as const)
        : ([times.channelsLast, memories[1], 'channels last'] as const);
    const own = await runChild<StepMemory>('step-memory-child.ts', {
      width,
      threads,
      steps: MEMORY_STEPS,
    } satisfies StepMemoryRequest);
    const wide = first.capability.includes('512');
    log(`  width ${width}: ours ${formatNumber(times.ours.best)} ms, PyTorch ${formatNumber(rival.best)} ms`);
    const ms = ({ best, median }: { best: number; median: number }): string =>
      `${formatNumber(best)} (median ${formatNumber(median)})`;
    const rows: Row[] = [
      {
        what: `step, width ${width}, batch ${RECORD_BATCH}: PyTorch's time ÷ ours`,
        value: rival.best / times.ours.best,
        unit: '×',
        goal: { bound: 'at least', value: wide ? 1.2 : 1 },
        note:
          `PyTorch ${first.torch} with ${first.capability}: channels first ${ms(times.contiguous)}, channels last ` +
          `${ms(times.channelsLast)}; ours ${ms(times.ours)} ms`,
        details: { width, batch: RECORD_BATCH, stepMs: times.ours.best, torchMs: rival.best },
      },
      {
        what: `memory of the step, width ${width}, batch ${RECORD_BATCH}: ours ÷ PyTorch's`,
        value: (own.peak - own.before) / ((memory?.peak ?? 0) - (memory?.before ?? 0)),
        unit: '×',
        goal: { bound: 'at most', value: 1 },
        note:
          `ours ${formatNumber(own.peak - own.before)} MiB above ${formatNumber(own.before)} for Node and libraries; ` +
          `PyTorch, ${order}, ${formatNumber((memory?.peak ?? 0) - (memory?.before ?? 0))} above ${formatNumber(memory?.before ?? 0)}`,
      },
    ];
    // Dispose of the engine first, because it holds memory and PyTorch must be profiled alone.
    await ours.dispose();
    engine = undefined;
    const { total = 0, ...operators } = await (order === 'channels first' ? first : last).profile();
    rows.push(...operatorRows(`width ${width}, ours`, await profileStep(network, RECORD_BATCH, threads)));
    rows.push(...operatorRows(`width ${width}, PyTorch`, new Map(Object.entries(operators)), total));
    return rows;
  } finally {
    await engine?.dispose();
    for (const each of theirs) await each.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Returns a row for each of the operators that take the most time, and a row for all other operators.
 *
 * @param total time of all operators; by default, their sum
 */
function operatorRows(
  side: string,
  times: ReadonlyMap<string, number>,
  total: number = [...times.values()].reduce((sum, time) => sum + time, 0),
): readonly Row[] {
  return largest(times, OPERATORS).map(([operator, ms]) => ({
    what: `${side}: ${operator}`,
    value: (100 * ms) / total,
    unit: '%',
    note: `${formatNumber(ms)} of ${formatNumber(total)} ms, profiled`,
  }));
}

/** Adds noise to the weights, because layers with initial weights of 0 would hide differences between two networks. */
function perturbed(state: TrainState): TrainState {
  const noise = normals(state.theta.length, 2);
  const theta = state.theta.map((value, i) => value + 0.02 * (noise[i] as number));
  return { ...state, theta, ema: theta.slice() };
}

/** Writes the files that step.py reads. */
async function writeCase(
  folder: string,
  config: UNet2DConfig,
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  { theta }: TrainState,
  feeds: StepFeeds,
): Promise<void> {
  const { sample_size: side, in_channels: channels } = config;
  const { sample, target, timestep, weight, classLabels = new Int32Array(), learningRate, emaDecay } = feeds;
  const document = {
    config,
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
    image: [timestep.length, channels, side, side],
    learning_rate: learningRate,
    ema_decay: emaDecay,
  };
  await writeFile(path.join(folder, 'case.json'), JSON.stringify(document));
  const files = { theta, sample, target, timestep, weight, labels: classLabels };
  for (const [name, values] of Object.entries(files))
    await writeFile(path.join(folder, `${name}.bin`), values);
}

/**
 * Checks that all sides compute the same loss and the same norm of the gradient.
 *
 * @throws `BENCH_PYTHON` if they differ
 */
async function requireEqualSteps(
  ours: Engine,
  theirs: readonly PythonStep[],
  feeds: StepFeeds,
): Promise<void> {
  const { loss, gradNorm } = await ours.step(feeds);
  for (const each of theirs) {
    const found = await each.step();
    // Sums of float32 values in a different order differ by about 1e-6 of the result, and 30 layers enlarge the
    // difference.
    const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3 * Math.abs(a);
    if (isClose(loss, found.loss) && isClose(gradNorm, found.grad_norm)) continue;
    throw scriptError(
      'BENCH_PYTHON',
      `bench: loss and gradient norm of PyTorch are ${found.loss} and ${found.grad_norm}; expected ours, ${loss} and ${gradNorm}. ` +
        'Correct step.py.',
    );
  }
}
