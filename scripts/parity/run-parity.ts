import { type ModelSpec, sha256Hex } from '@isonoise/bundle';
import { describeMachine } from '../bench/machine.ts';
import { reasonOfAbsence } from './absent.ts';
import { compare, type OnProgress } from './compare.ts';
import type { Effort } from './plan.ts';
import { askReference, type Reference } from './reference.ts';
import type { Outcome, ParityReport } from './report.ts';
import type { OpenRuntime, ParityRuntime } from './runtimes.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';

export interface ParityRequest extends Effort {
  /** Folder of the bundle. */
  readonly model: string;
  /** The first is the base; it is compared with itself like the others, so that its row shows what it can tell apart. */
  readonly runtimes: readonly ParityRuntime[];
  /** Where progress of each is told. */
  readonly progress: (label: string) => OnProgress;
}

/**
 * Asks every runtime the same and compares.
 * @throws what a runtime throws that is there and does not work
 */
export async function runParity({
  model,
  runtimes,
  progress,
  ...effort
}: ParityRequest): Promise<ParityReport> {
  const [first, ...others] = runtimes;
  if (first === undefined) throw new Error('parity: there is no runtime to compare with.');
  const surroundings = await openSurroundings(model);
  try {
    const { spec, manifest } = surroundings.bundle;
    const base = await first.open(surroundings);
    try {
      const task: Task = { reference: await askReference(base.probe, spec), spec, effort };
      const outcomes: Outcome[] = [await measure(first, base, task, progress(first.label))];
      for (const runtime of others) {
        outcomes.push(await openAndMeasure(runtime, surroundings, task, progress(runtime.label)));
      }
      return {
        version: 1,
        date: new Date().toISOString(),
        model: { name: manifest.name, onnxSha256: sha256Hex(surroundings.bundle.onnx) },
        machine: describeMachine(),
        quick: effort.quick,
        outcomes,
      };
    } finally {
      await base.probe.close();
    }
  } finally {
    await surroundings.close();
  }
}

interface Task {
  readonly reference: Reference;
  readonly spec: ModelSpec;
  readonly effort: Effort;
}

async function openAndMeasure(
  runtime: ParityRuntime,
  surroundings: Surroundings,
  task: Task,
  onProgress: OnProgress,
): Promise<Outcome> {
  let opened: OpenRuntime;
  try {
    opened = await runtime.open(surroundings);
  } catch (error) {
    const absent = reasonOfAbsence(error);
    if (absent === undefined) throw error;
    return { name: runtime.name, label: runtime.label, absent };
  }
  try {
    return await measure(runtime, opened, task, onProgress);
  } finally {
    await opened.probe.close();
  }
}

async function measure(
  { name, label }: ParityRuntime,
  { probe, about }: OpenRuntime,
  task: Task,
  onProgress: OnProgress,
): Promise<Outcome> {
  return { name, label, about, ...(await compare(probe, task, onProgress)) };
}
