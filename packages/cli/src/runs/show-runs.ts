import { count, duration } from '../terminal/format.ts';
import type { Colors, Terminal } from '../terminal/terminal.ts';
import { listRuns, type RunState, type RunSummary } from './list-runs.ts';

export interface RunsFlags {
  /** Folder of the runs. */
  readonly runs: string;
  readonly json?: boolean;
}

/** `isonoise runs`: lists the runs with their state, steps, loss, time left and last sample sheet. */
export async function showRuns({ runs: folder, json }: RunsFlags, terminal: Terminal): Promise<void> {
  const runs = await listRuns(folder);
  if (json === true) {
    terminal.json({ runs });
    return;
  }
  if (runs.length === 0) {
    terminal.note(`${folder} contains no runs; \`pnpm train\` starts one`);
    return;
  }
  terminal.out(runsTable(runs, terminal.outColors));
}

const TITLES = ['run', 'state', 'step', 'loss', 'left', 'last samples'];

/** Formats the runs as a table. For a broken run, the reason follows the state. */
function runsTable(runs: readonly RunSummary[], colors: Colors): string {
  const rows = [TITLES, ...runs.map(cells)];
  const widths = TITLES.map((_, i) =>
    Math.max(...rows.map((row) => (row.length === 2 && i > 0 ? 0 : (row[i]?.length ?? 0)))),
  );
  const state = (text: string): string => (isState(text) ? COLOURS[text](colors)(text) : text);
  return rows
    .map((row) =>
      row
        .map((text, i) => {
          const padded = text.padEnd(i === row.length - 1 ? 0 : (widths[i] ?? 0));
          return i === 1 ? padded.replace(text, state(text)) : padded;
        })
        .join('  '),
    )
    .join('\n');
}

const COLOURS: { readonly [S in RunState]: (colors: Colors) => (text: string) => string } = {
  running: (colors) => colors.cyan,
  done: (colors) => colors.green,
  stopped: (colors) => colors.yellow,
  broken: (colors) => colors.red,
};

function isState(text: string): text is RunState {
  return Object.hasOwn(COLOURS, text);
}

function cells({
  name,
  state,
  reason,
  step,
  steps,
  loss,
  secondsLeft,
  sheet,
}: RunSummary): readonly string[] {
  if (reason !== null) return [name, `${state}: ${reason.split('\n')[0]}`];
  return [
    name,
    state,
    step === null || steps === null ? '–' : `${count(step)}/${count(steps)}`,
    loss === null ? '–' : loss.toFixed(4),
    state === 'done' || secondsLeft === null ? '–' : duration(secondsLeft),
    sheet ?? '–',
  ];
}
