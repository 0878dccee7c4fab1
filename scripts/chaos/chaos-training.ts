import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isonoise } from './command.ts';
import { type Kill, killPlan } from './kill-plan.ts';

/** All that draws random numbers is on; steps take milliseconds, and something is written at each second one. */
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
/** Most steps, checkpoints and sheets that a process sees before it is killed. A start takes about four seconds. */
const WINDOW = { startShare: 1 / 4, startMs: 4000, mostEvents: 24, eventMs: 30 };

/** Where a kill found the run. */
export const PLACES = ['before its first file', 'before its first checkpoint', 'later'] as const;
type Place = (typeof PLACES)[number];

export interface TrainingCounts {
  readonly kills: readonly {
    readonly signal: Kill['signal'];
    readonly place: Place;
    readonly inOrder: boolean;
  }[];
  /** Runs that came to their end, each equal to the undisturbed one. */
  readonly completed: number;
}

/**
 * Trains until the kills of a plan are done, each time from where the last left it, and compares every run that comes
 * to its end with one that was never disturbed: the last checkpoint, the curve and the sheets, bit for bit.
 *
 * @param folder empty; what is made stays there
 * @throws Error a run cannot be resumed, leaves something behind, or differs
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
        const place = await placeOf(run);
        counts.push({ signal: kill.signal, place, inOrder: ended.end === 130 });
        if (ended.end !== 130 && ended.end !== kill.signal) requireEnd(ended, 130);
        note(`kill ${counts.length} of ${kills}: ${kill.signal}, ${place} (${ended.end})`);
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

async function placeOf(run: string): Promise<Place> {
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

/** Compares the whole content of two runs, but for what a clock or a path decides. */
async function requireEqual(expected: string, got: string): Promise<void> {
  const [wanted, found] = await Promise.all([contentOf(expected), contentOf(got)]);
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  const differing = names.filter((name) => wanted.get(name) !== found.get(name));
  if (differing.length > 0) throw new Error(`${got} differs from ${expected} in ${differing.join(', ')}`);
}

/** Files that are equal byte for byte in equal runs; `null` where only their being there is. */
async function contentOf(run: string): Promise<ReadonlyMap<string, string | null>> {
  const content = new Map<string, string | null>();
  for (const name of await readdir(run, { recursive: true })) {
    const file = path.join(run, name);
    if ((await stat(file)).isDirectory() || name.startsWith('events.out.tfevents.')) continue;
    const bytes = await readFile(file);
    content.set(name, CLOCKED.has(name) ? null : bytes.toString('base64'));
    if (name === 'metrics.jsonl') content.set(name, curve(bytes.toString('utf8')));
  }
  return content;
}

/** Titles have the run's path, records its command and its beginning. */
const CLOCKED: ReadonlySet<string> = new Set(['run.json', 'loss.svg']);

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
