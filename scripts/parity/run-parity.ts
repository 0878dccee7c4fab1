import { type ModelSpec, sha256Hex } from '@isonoise/bundle';
import { describeMachine } from '../bench/machine.ts';
import { reasonOfAbsence } from './absent.ts';
import { compare, type OnProgress } from './compare.ts';
import type { Effort } from './plan.ts';
import { queryReference, type Reference } from './reference.ts';
import type { Outcome, ParityReport } from './report.ts';
import { BASE, type OpenRuntime, type RuntimeId, runtimes } from './runtimes.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';

export interface ParityRequest extends Effort {
  /** Folder of the bundle. */
  readonly model: string;
  readonly names: readonly RuntimeId[];
  /** Returns the function to which a runtime's progress is reported. */
  readonly progress: (label: string) => OnProgress;
}

/**
 * Computes the same results with every runtime and compares them with the base.
 * @throws Error if a runtime is available but fails
 */
export async function runParity({ model, names, progress, ...effort }: ParityRequest): Promise<ParityReport> {
  const surroundings = await openSurroundings(model);
  try {
    const { spec, manifest, onnx } = surroundings.bundle;
    const base = await runtimes[BASE].open(surroundings);
    try {
      const task: Task = { reference: await queryReference(base.probe, spec), spec, effort };
      const outcomes: Outcome[] = [];
      for (const name of names) {
        outcomes.push(await outcomeOf(name, surroundings, task, progress(runtimes[name].label)));
      }
      return {
        version: 1,
        date: new Date().toISOString(),
        model: { name: manifest.name, onnxSha256: sha256Hex(onnx) },
        machine: describeMachine(),
        base: runtimes[BASE].label,
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

async function outcomeOf(
  name: RuntimeId,
  surroundings: Surroundings,
  task: Task,
  onProgress: OnProgress,
): Promise<Outcome> {
  const { label, open } = runtimes[name];
  let opened: OpenRuntime;
  try {
    opened = await open(surroundings);
  } catch (error) {
    const absent = reasonOfAbsence(error);
    if (absent === undefined) throw error;
    return { name, label, absent };
  }
  try {
    return { name, label, about: opened.about, ...(await compare(opened.probe, task, onProgress)) };
  } finally {
    await opened.probe.close();
  }
}
