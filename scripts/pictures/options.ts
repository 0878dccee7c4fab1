import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';
import { SPRITE_COLOURS, type SpritePalette } from './sprites.ts';

/** Descriptions of the commands, for the help text. */
export const COMMANDS = {
  'draw-sprites':
    'draws --count sprites of --seed into the folder --out, in the colours --palette (day, night)',
  'draw-stones': 'draws a texture of stones into the picture --out, --side pixels wide',
  sprites:
    'measures the sprites that a model draws, against --dataset and --held-out; writes sheets to --out',
  seams:
    'draws --count textures with a model and compares their edges with their insides; --chromium also draws in Chromium; writes a repeated texture to --out',
  quiz: 'writes a quiz into --out: --count held-out images of --dataset, and images that a model draws for the same tags',
  score: 'compares answers.json in the folder of a quiz with its key',
} as const;

export type CommandName = keyof typeof COMMANDS;

export interface PicturesOptions {
  readonly command: CommandName;
  /** Folder of a model, or of a quiz; empty for commands that draw without a model. */
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  readonly side: number;
  readonly palette: SpritePalette;
  readonly steps: number | undefined;
  /** Guidance of the images of `quiz`; undefined for the default of isonoise. */
  readonly guidance: number | undefined;
  readonly dataset: string;
  readonly heldOut: string;
  /** Whether `seams` also draws in Chromium. */
  readonly chromium: boolean;
  readonly out: string | undefined;
}

const DEFAULT_COUNTS: { readonly [C in CommandName]?: number } = { seams: 64, quiz: 100 };

const FLAGS = {
  count: { type: 'string' },
  seed: { type: 'string' },
  side: { type: 'string' },
  palette: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  dataset: { type: 'string' },
  'held-out': { type: 'string' },
  chromium: { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The flags that each command reads. */
const FLAGS_OF: { readonly [C in CommandName]: readonly (keyof typeof FLAGS)[] } = {
  'draw-sprites': ['count', 'seed', 'palette', 'out'],
  'draw-stones': ['side', 'seed', 'out'],
  sprites: ['dataset', 'held-out', 'seed', 'steps', 'out'],
  seams: ['count', 'seed', 'steps', 'chromium', 'out'],
  quiz: ['count', 'dataset', 'seed', 'steps', 'guidance', 'out'],
  score: [],
};

const isPalette = (name: string): name is SpritePalette => Object.hasOwn(SPRITE_COLOURS, name);

const isCommand = (name: string | undefined): name is CommandName =>
  name !== undefined && Object.hasOwn(COMMANDS, name);

/**
 * Reads the command line.
 *
 * @returns the options; null if `--help` is given
 * @throws `PICTURES_USAGE` if the command line is not valid
 */
export function parseOptions(args: readonly string[]): PicturesOptions | null {
  const fail = (problem: string, cause?: unknown): never => {
    throw scriptError('PICTURES_USAGE', `pictures: ${problem}`, { cause });
  };
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('PICTURES_USAGE', `pictures: ${reason}`, { cause }),
  );
  if (values.help === true) return null;
  const [command, model = '', ...more] = positionals;
  if (!isCommand(command))
    return fail(`got ${command ?? 'no command'}; expected one of ${Object.keys(COMMANDS).join(', ')}.`);
  const flags: readonly string[] = FLAGS_OF[command];
  const foreign = Object.keys(values).find((flag) => !flags.includes(flag));
  if (foreign !== undefined)
    fail(
      `${command}: got --${foreign}; expected ${flags.length === 0 ? 'no flags' : `only ${flags.map((flag) => `--${flag}`).join(', ')}`}.`,
    );
  const draws = command.startsWith('draw-');
  if (draws !== (model === '') || more.length > 0)
    fail(
      `${command}: got ${positionals.slice(1).join(', ') || 'no model'}; expected ${draws ? 'only flags' : `the folder of a ${command === 'score' ? 'quiz' : 'model'}`}.`,
    );
  if ((draws || command === 'quiz') && values.out === undefined)
    fail(`${command}: --out is missing; expected the folder or picture to write.`);
  const whole = (flag: 'count' | 'seed' | 'side' | 'steps', least: number, most: number) => {
    const text = values[flag];
    if (text === undefined) return undefined;
    const problem = `--${flag} is ${JSON.stringify(text)}; expected a whole number from ${least} to ${most}.`;
    return wholeNumber(text, least, most) ?? fail(problem);
  };
  const guidance = (): number | undefined => {
    const text = values.guidance;
    if (text === undefined) return undefined;
    const scale = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return scale <= 100
      ? scale
      : fail(`--guidance is ${JSON.stringify(text)}; expected a number from 0 to 100.`);
  };
  const { palette = 'day' } = values;
  return {
    command,
    model,
    count: whole('count', 1, 100_000) ?? DEFAULT_COUNTS[command] ?? 150,
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    side: whole('side', 36, 2048) ?? 512,
    palette: isPalette(palette)
      ? palette
      : fail(`--palette is ${palette}; expected one of ${Object.keys(SPRITE_COLOURS).join(', ')}.`),
    steps: whole('steps', 1, 1000),
    guidance: guidance(),
    dataset: values.dataset ?? (command === 'quiz' ? 'data/icons' : 'data/sprites'),
    heldOut: values['held-out'] ?? 'data/sprites-held-out',
    chromium: values.chromium ?? false,
    out: values.out,
  };
}
