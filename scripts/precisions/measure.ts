import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { interleave } from '../bench/interleave.ts';
import { reasonOfAbsence } from '../parity/absent.ts';
import type { Probe } from '../parity/probe.ts';
import { type RuntimeId, runtimes } from '../parity/runtimes.ts';
import { openSurroundings, type Surroundings } from '../parity/surroundings.ts';
import { isonoise } from '../recipes/isonoise.ts';
import { networkInputs } from './network-inputs.ts';
import type { PrecisionsOptions } from './options.ts';

/** Names of the precisions on the command line. */
export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
type PrecisionName = (typeof PRECISIONS)[number];
type PerPrecision = Readonly<Record<PrecisionName, number>>;

/** The times of a runtime. */
export interface RuntimeSpeed {
  readonly label: string;
  /** Exact description; empty if the runtime cannot open any of the graphs. */
  readonly about: string;
  /** Number of timed calls of each graph. */
  readonly rounds: number;
  /** The shortest time of a call, for the precisions that the runtime can open. */
  readonly milliseconds: Readonly<Partial<Record<PrecisionName, number>>>;
  /** Why the runtime cannot open the other precisions. */
  readonly absent: Readonly<Partial<Record<PrecisionName, string>>>;
}

export interface Speeds {
  /** Size of `unet/model.onnx` in bytes. */
  readonly bytes: PerPrecision;
  readonly runtimes: readonly RuntimeSpeed[];
}

/** Calls that are slower are timed in fewer rounds. A software device of WebGPU takes seconds for a call. */
const SLOW_MS = 1000;
const SLOW_ROUNDS = 2;

type Request = Pick<PrecisionsOptions, 'model' | 'only' | 'rounds'> & {
  /** Called before each step, with a text for the user. */
  readonly onStep: (what: string) => void;
};

/**
 * Exports a model in each precision into a temporary folder, and times one call of the network with one image on each
 * runtime. The three graphs take turns, so that other work on the machine affects all of them.
 */
export async function measureSpeeds({ model, only, rounds, onStep }: Request): Promise<Speeds> {
  const root = await mkdtemp(path.join(tmpdir(), 'isonoise-precisions-'));
  const folders = perPrecision((name) => path.join(root, name));
  try {
    for (const name of PRECISIONS) {
      onStep(`export in ${name}`);
      const flags = ['--precision', name, '--samples', '1', '--sample-steps', '1', '--quiet'];
      await isonoise(['export-onnx', model, '--out', folders[name], ...flags], () => {});
    }
    const sizes = await Promise.all(
      PRECISIONS.map((name) => stat(path.join(folders[name], BUNDLE_PATHS.onnx))),
    );
    const bytes = perPrecision((name) => sizes[PRECISIONS.indexOf(name)]?.size ?? Number.NaN);
    const measured: RuntimeSpeed[] = [];
    for (const runtime of only) {
      onStep(runtimes[runtime].label);
      measured.push(await speedOf(runtime, folders, rounds));
    }
    return { bytes, runtimes: measured };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function speedOf(
  runtime: RuntimeId,
  folders: Readonly<Record<PrecisionName, string>>,
  rounds: number,
): Promise<RuntimeSpeed> {
  const { label, open } = runtimes[runtime];
  const surroundings: Surroundings[] = [];
  const probes: Probe[] = [];
  try {
    let about = '';
    const calls = new Map<PrecisionName, () => Promise<unknown>>();
    const absent: Partial<Record<PrecisionName, string>> = {};
    for (const name of PRECISIONS) {
      const own = await openSurroundings(folders[name]);
      surroundings.push(own);
      try {
        const opened = await open(own);
        probes.push(opened.probe);
        about = opened.about;
        const { x, t, condition } = networkInputs(own.bundle.spec);
        calls.set(name, () => opened.probe.predict(x, t, condition));
      } catch (error) {
        const reason = reasonOfAbsence(error);
        if (reason === undefined) throw error;
        absent[name] = reason;
      }
    }
    const contenders = Object.fromEntries(calls);
    // The first calls compile kernels. The second round shows whether the runtime is a slow software device.
    const first = await interleave(contenders, { rounds: 1 });
    const slowest = Math.max(0, ...Object.values(first).map(({ best }) => best));
    const count = slowest > SLOW_MS ? SLOW_ROUNDS : rounds;
    const times = await interleave(contenders, { rounds: count });
    const milliseconds = Object.fromEntries(Object.entries(times).map(([name, { best }]) => [name, best]));
    return { label, about, rounds: count, milliseconds, absent };
  } finally {
    for (const probe of probes) await probe.close();
    for (const own of surroundings) await own.close();
  }
}

const perPrecision = <T>(get: (name: PrecisionName) => T): Readonly<Record<PrecisionName, T>> => ({
  fp32: get('fp32'),
  fp16: get('fp16'),
  int8: get('int8'),
});
