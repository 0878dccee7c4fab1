import type { SequenceStep } from '@isonoise/runtime';
import { stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import { type Outputs, writeOutputs } from '../outputs/write-outputs.ts';
import { duration } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { InterpolateFlags, PictureFlags } from './picture-flags.ts';
import { resumeCommand } from './resume-command.ts';

/** One or more runs that Ctrl-C or `--stop-after` can stop between two steps. */
export interface Stoppable {
  readonly verb: 'invert' | 'interpolate';
  /** Number of runs, each with the same number of steps. */
  readonly runs: number;
  readonly source: string;
  readonly flags: PictureFlags & Pick<Partial<InterpolateFlags>, 'gif' | 'npy' | 'metadata'>;
  readonly outputs: Outputs;
  /** Encodes the state at a step, for `--save-state`. */
  readonly encode: (at: SequenceStep) => string;
}

/** The signal that stops the runs, and the function to call after each step. */
export interface RunHooks {
  readonly signal: AbortSignal;
  readonly onStep: (at: SequenceStep) => void;
}

/**
 * Executes runs with a progress bar. If the runs are stopped, saves their state and reports how to resume
 * them.
 *
 * @returns the result; undefined if `--stop-after` stopped the runs
 * @throws `CLI_INTERRUPTED` if a signal stopped the runs; errors of `take`
 */
export async function takeStoppable<T>(
  work: Stoppable,
  terminal: Terminal,
  take: (hooks: RunHooks) => Promise<T>,
): Promise<T | undefined> {
  const { runs, verb, flags } = work;
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping after this step; press Ctrl-C again to quit at once'),
  );
  const stop = new AbortController();
  const began = performance.now();
  let bar: ReturnType<typeof createProgressBar> | undefined;
  let last: SequenceStep | undefined;
  let taken = 0;
  const onStep = (at: SequenceStep): void => {
    if (stop.signal.aborted) return;
    last = at;
    taken++;
    const { done, total } = progressOf(at, runs);
    bar ??= createProgressBar(terminal, { label: verb, total });
    const left = ((performance.now() - began) / taken) * (total - done);
    bar.update(done, `${duration(left / 1000)} left`);
    // The results are printed below the finished bar.
    if (done === total) bar.stop();
    else if (interrupt.signal.aborted || taken === flags.stopAfter) stop.abort();
  };
  try {
    return await take({ signal: stop.signal, onStep });
  } catch (error) {
    if (!stop.signal.aborted || last === undefined) throw error;
    bar?.stop();
    await saveStopped(work, last, interrupt.signal.aborted ? interrupt.by : null, terminal);
    return undefined;
  } finally {
    bar?.stop();
    interrupt.dispose();
  }
}

function progressOf(
  { run, step }: SequenceStep,
  runs: number,
): { readonly done: number; readonly total: number } {
  return { done: run * step.steps + step.step, total: runs * step.steps };
}

async function saveStopped(
  { verb, runs, source, flags, outputs, encode }: Stoppable,
  at: SequenceStep,
  interrupted: NodeJS.Signals | null,
  terminal: Terminal,
): Promise<void> {
  const { saveState, json } = flags;
  const { done: step, total: steps } = progressOf(at, runs);
  const what = `stopped after step ${step} of ${steps}`;
  const document = { stopped: true, step, steps, saveState };
  // --stop-after requires --save-state, so without --save-state, a signal stopped the runs.
  if (saveState === undefined)
    throw new Interrupted(`${what}; nothing was written`, interrupted ?? 'SIGINT', { document });
  await writeOutputs(outputs, [[saveState, encode(at)]]);
  const resume = resumeCommand(verb, source, saveState, flags);
  const message = stoppedHint(what, resume);
  if (interrupted !== null)
    throw new Interrupted(message, interrupted, { document: { ...document, resume } });
  if (json === true) terminal.json({ ...document, resume });
  terminal.note(message);
}
