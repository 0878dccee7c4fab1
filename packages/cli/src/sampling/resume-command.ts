import { commandLine } from '../command-line.ts';
import { optionWords } from '../terminal/dashed.ts';
import { backdropText } from './backdrop-of.ts';
import { SAMPLE_DEFAULTS, type SampleFlags } from './sample-flags.ts';

/** Options that a saved state does not contain: the guide, and the options of outputs and of the machine. */
const NOT_SAVED = [
  'guide',
  'out',
  'overwrite',
  'metadata',
  'atlas',
  'background',
  'palette',
  'symmetry',
  'gif',
  'npy',
  'columns',
  'scale',
  'batchSize',
  'provider',
  'threads',
] as const;

type NotSaved = Partial<Pick<SampleFlags, (typeof NOT_SAVED)[number]>>;

/** Returns the command that resumes a stopped run with the options of that run. */
export function resumeCommand(
  verb: 'sample' | 'invert' | 'interpolate',
  source: string,
  state: string,
  flags: NotSaved,
): string {
  const { out: _, ...shared } = SAMPLE_DEFAULTS;
  const usual: NotSaved = verb === 'sample' ? SAMPLE_DEFAULTS : shared;
  const { background } = flags;
  const texts = { ...flags, background: background === undefined ? undefined : backdropText(background) };
  const options = NOT_SAVED.flatMap((name) => optionWords(name, texts[name], usual[name]));
  return commandLine(['pnpm', verb, source, '--resume-state', state, ...options]);
}
