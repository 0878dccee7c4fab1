import type { Command } from 'commander';
import { createProgram } from '../../../packages/cli/src/program.ts';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';

const VALUES = [
  '',
  ' ',
  '0',
  '-0',
  '1',
  '-1',
  '7',
  '0.5',
  '1e3',
  '1e-320',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '１',
  '1,2',
  '1,,2',
  ',',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999',
  'all',
  'none',
  'mnist',
  'cpu',
  'leading',
  'ddim',
  'models/mnist',
  '../x',
  '--',
  '-',
  '\u001b]0;x\u0007',
  '\u0000',
  'é',
  'e\u0301',
  '\ud800',
  '__proto__',
];

/** Error that is thrown instead of running an action, after the flags and arguments of a verb have been read. */
const PARSED = new Error('parsed');

/** Makes a command and its verbs throw usage errors, and print nothing. */
function quiet(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  command.commands.forEach(quiet);
  return command;
}

/**
 * Reads the flags and arguments of a command line. No action of any verb runs, because a hook of the whole program throws
 * before it.
 *
 * @throws `FUZZ_FINDING` if a flag has the value NaN; a commander error if the command line is invalid
 */
export async function parseOnly(args: readonly string[]): Promise<void> {
  const program = quiet(createProgram()).hook('preAction', (_, used) => {
    const bad = Object.entries(used.opts()).find(
      ([, value]) => typeof value === 'number' && Number.isNaN(value),
    );
    if (bad !== undefined) throw scriptError('FUZZ_FINDING', `${args.join(' ')}: --${bad[0]} is NaN`);
    throw PARSED;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error !== PARSED) throw error;
  }
}

interface Verb {
  /** Words of the verb, such as `data` and `icons`. */
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

/** Returns all verbs of a command, and the verbs below them. */
function verbsOf(command: Command, before: readonly string[] = []): readonly Verb[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    return [{ words, flags: each.options.flatMap(({ long }) => long ?? []) }, ...verbsOf(each, words)];
  });
}

/** All verbs with their flags. */
export const VERBS: readonly Verb[] = verbsOf(createProgram());

/** Returns the arguments of a random command line. */
export function argumentsOf(random: FuzzRandom): readonly string[] {
  const { words: verb, flags } = random.pick(VERBS);
  const words = Array.from({ length: random.int(0, 6) }, () => {
    // Some verbs have no flags of their own.
    if (random.chance(0.15) || flags.length === 0) return [random.pick(VALUES)];
    const flag = random.pick(flags);
    // A flag may be misspelt. It is written without a value, with a value after a space, or with a value
    // after `=`.
    const spelt = random.chance(0.05) ? flag.slice(0, -1) : flag;
    return random.pick([[spelt], [spelt, random.pick(VALUES)], [`${spelt}=${random.pick(VALUES)}`]]);
  });
  return [...verb, ...words.flat()];
}

export const cliTarget: FuzzTarget = {
  about: `command lines of ${VERBS.map(({ words }) => words.join(' ')).join(', ')}, parsed but not run`,
  tryOne: async (seed) => attempt(() => parseOnly(argumentsOf(new FuzzRandom(seed)))),
  explain: async (seed) => JSON.stringify(argumentsOf(new FuzzRandom(seed))),
};
