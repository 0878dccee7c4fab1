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

/** Removes the actions of all verbs, so that they only read their flags. */
function readsOnly(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  command.commands.forEach(readsOnly);
  return command;
}

const verbs = createProgram().commands.map((command) => ({
  name: command.name(),
  flags: command.options.flatMap(({ long }) => (long ? [long] : [])),
}));

function argumentsOf(random: FuzzRandom): string[] {
  const { name, flags } = random.pick(verbs);
  const words = Array.from({ length: random.int(0, 6) }, () => {
    // A verb with sub-verbs has no flags of its own.
    if (random.chance(0.15) || flags.length === 0) return [random.pick(VALUES)];
    const flag = random.pick(flags);
    // A flag may be misspelt. It is written without a value, with a value after a space, or with a value
    // after `=`.
    const spelt = random.chance(0.05) ? flag.slice(0, -1) : flag;
    return random.pick([[spelt], [spelt, random.pick(VALUES)], [`${spelt}=${random.pick(VALUES)}`]]);
  });
  return [name, ...words.flat()];
}

export const cliTarget: FuzzTarget = {
  about: `command lines of ${verbs.map(({ name }) => name).join(', ')}, parsed but not run`,
  tryOne: async (seed) => {
    const args = argumentsOf(new FuzzRandom(seed));
    return attempt(async () => {
      const program = readsOnly(createProgram());
      await program.parseAsync(args, { from: 'user' });
      const used = program.commands.find((command) => command.name() === args[0]);
      const bad = Object.entries(used?.opts() ?? {}).find(
        ([, value]) => typeof value === 'number' && Number.isNaN(value),
      );
      if (bad !== undefined) throw scriptError('FUZZ_FINDING', `${args.join(' ')}: --${bad[0]} is NaN`);
    });
  },
  explain: async (seed) => JSON.stringify(argumentsOf(new FuzzRandom(seed))),
};
