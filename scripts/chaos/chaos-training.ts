import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { isonoise } from './command.ts';
import { type Kill, killPlan } from './kill-plan.ts';

/**
 * Flags of the trainings. Every option that draws random numbers is on. A step takes milliseconds, and every second
 * step writes files.
 */
const RECIPE = [
  ...['--channels', '8,16', '--dropout', '0.1', '--label-dropout', '0.3', '--flip', '--limit', '30'],
  ...[
    '--batch-size',
    '8',
    '--steps',
    '60',
    '--checkpoint-every',
    '2',
    '--keep-checkpoints',
    '2',
    '--threads',
    '1',
  ],
  ...['--sample-every', '6', '--sample-count', '4', '--sample-steps', '2'],
];
/** Delays of kills. An event is a step, a checkpoint or a sheet; a start takes about four seconds. */
const WINDOW = { startShare: 1 / 4, startMs: 4000, mostEvents: 24, eventMs: 30 };

/** Stages of a run at which it can be killed. */
export const STAGES = ['before its first file', 'before its first checkpoint', 'later'] as const;
type Stage = (typeof STAGES)[number];

export interface TrainingCounts {
  readonly kills: readonly {
    readonly signal: Kill['signal'];
    readonly stage: Stage;
    readonly endedCleanly: boolean;
  }[];
  /** Number of completed runs; each equals the undisturbed run. */
  readonly completed: number;
}

/**
 * Trains until all kills of a plan are done, and resumes after each kill. Compares the last checkpoints, the loss
 * curve and the sheets of every completed run with those of an undisturbed run, bit for bit.
 *
 * @param folder empty folder for the runs
 * @throws Error if a run cannot be resumed, leaves files behind, or differs from the undisturbed run
 */
export async function disturbTraining(
  folder: string,
  seed: number,
  kills: number,
  note: (line: string) => void,
): Promise<TrainingCounts> {
  const train = (name: string, args: readonly string[], kill?: Kill) =>
    isonoise(['train', '--runs', folder, '--name', name, '--json', '--quiet', ...args], kill);
  requireEnd(await train('undisturbed', RECIPE), 0);
  const run = path.join(folder, 'disturbed');
  const counts: TrainingCounts['kills'][number][] = [];
  let completed = 0;
  const complete = async (): Promise<void> => {
    await requireEqual(path.join(folder, 'undisturbed'), run);
    await rm(run, { recursive: true });
    completed++;
  };

  for (const kill of killPlan(seed, kills, WINDOW)) {
    for (let killed = false; !killed; ) {
      const ended = await train(
        'disturbed',
        (await isThere(path.join(run, 'config.json'))) ? ['--resume'] : RECIPE,
        kill,
      );
      killed = ended.killed && ended.end !== 0;
      if (killed) {
        const stage = await stageOf(run);
        const stopped = 128 + constants.signals[kill.signal];
        counts.push({ signal: kill.signal, stage, endedCleanly: ended.end === stopped });
        if (ended.end !== kill.signal) requireEnd(ended, stopped);
        note(`kill ${counts.length} of ${kills}: ${kill.signal}, ${stage} (${ended.end})`);
      } else {
        requireEnd(ended, 0);
        await complete();
      }
    }
  }
  const rest = (await isThere(path.join(run, 'config.json'))) ? ['--resume'] : RECIPE;
  requireEnd(await train('disturbed', rest), 0);
  await complete();
  return { kills: counts, completed };
}

async function stageOf(run: string): Promise<Stage> {
  if (!(await isThere(path.join(run, 'config.json')))) return 'before its first file';
  const saved = await readdir(path.join(run, 'checkpoints'));
  return saved.some((name) => name.startsWith('step-')) ? 'later' : 'before its first checkpoint';
}

function requireEnd(
  { end, stderr }: { readonly end: unknown; readonly stderr: string },
  expected: number,
): void {
  if (end !== expected) throw new Error(`isonoise train ended with ${end}; expected ${expected}:\n${stderr}`);
}

/** Compares the contents of two runs, except values that depend on a clock or a path. */
async function requireEqual(expected: string, got: string): Promise<void> {
  const [undisturbed, disturbed] = await Promise.all([contentOf(expected), contentOf(got)]);
  const names = [...new Set([...undisturbed.keys(), ...disturbed.keys()])];
  const differing = names.filter((name) => undisturbed.get(name) !== disturbed.get(name));
  if (differing.length > 0)
    throw new Error(`${got} differs from ${expected} in ${differing.join(', ')}; expected equal contents`);
}

/** Returns the contents of a run's files by name. Contents that vary between runs are `null`. */
async function contentOf(run: string): Promise<ReadonlyMap<string, string | null>> {
  const content = new Map<string, string | null>();
  for (const name of await readdir(run, { recursive: true })) {
    const file = path.join(run, name);
    if ((await stat(file)).isDirectory() || name.startsWith('events.out.tfevents.')) continue;
    const bytes = await readFile(file);
    content.set(name, VARYING.has(name) ? null : bytes.toString('base64'));
    if (name === 'metrics.jsonl') content.set(name, curve(bytes.toString('utf8')));
  }
  return content;
}

/** Files that contain the run's path, its command or its start time. */
const VARYING: ReadonlySet<string> = new Set(['run.json', 'loss.svg']);

function curve(metrics: string): string {
  return metrics
    .trim()
    .split('\n')
    .map((line) => JSON.stringify({ ...JSON.parse(line), time: null, images_per_second: null }))
    .join('\n');
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
