import { join } from 'node:path';
import type { Bundle } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseOther } from '../model-path.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readCard } from './card-section.ts';
import { dataNameOf, openFiles } from './comparison-set.ts';
import { resumeCommand } from './evaluate-command.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { modelOf } from './run-model.ts';

/** Data that all kinds of evaluation share. */
export interface Evaluation {
  /** Path of the model; for a run, the path of its export. */
  readonly source: string;
  readonly bundle: Bundle | undefined;
  /** The text of the model card; null without `--write`. */
  readonly card: string | null;
  /** Name of a known data set, or a folder. */
  readonly dataName: string;
  readonly model: Model;
  /** Folder for results. */
  readonly out: string;
  readonly interrupt: Interrupt;
}

/**
 * Opens a model, calls `measure`, and closes the model. A run is exported first.
 *
 * @param measure measures the model, and throws if `interrupt` is aborted
 * @throws `CLI_INTERRUPTED` with the command that resumes the work, if a signal stops it
 */
export async function withEvaluation(
  given: string,
  flags: EvaluateFlags,
  terminal: Terminal,
  measure: (evaluation: Evaluation) => Promise<void>,
): Promise<void> {
  const source = await modelOf(given, flags, terminal);
  for (const path of [source, flags.guide, flags.against])
    if (path !== undefined) await refuseOther('evaluate', path);
  const bundle = await openFiles(source);
  const card = flags.write === true ? await readCard(source) : null;
  const dataName = dataNameOf(flags.dataset, bundle);
  const model = await loadModel(bundle ?? source, runtimeOptions(flags));
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping; finished images are kept. Press Ctrl-C again to quit at once'),
  );
  try {
    const out = flags.out ?? join('out', 'evaluate', model.spec.name);
    await checkOutputFolder('--out', out);
    await measure({ source, bundle, card, dataName, model, out, interrupt });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new Interrupted(
      stoppedHint('stopped', resumeCommand(given, await shownFlags(flags))),
      interrupt.by,
      {
        cause: error,
      },
    );
  } finally {
    interrupt.dispose();
    await model.dispose();
  }
}

/** Returns the flags without the password of Redis, so that they can be printed. */
async function shownFlags(flags: EvaluateFlags): Promise<EvaluateFlags> {
  if (flags.distributed !== true || flags.redis === undefined) return flags;
  const { safeUrl } = await import('@isonoise/jobs');
  return { ...flags, redis: safeUrl(flags.redis) };
}
