import type { Command, Option } from 'commander';

/**
 * Refuses a command line in which an option stands after `--`, because such an option would be read as an
 * argument, for example as the name of a model. An example is `pnpm serve -- --port 80`, because pnpm passes
 * `--` to the command.
 *
 * @throws CommanderError if an option stands after `--`
 */
export function refuseOptionsAfterDashes(program: Command, args: readonly string[]): void {
  const { command, words, options } = verbOf(program, args);
  const dashes = words.findIndex((word, i) => word === '--' && !takesValue(options, words[i - 1]));
  if (dashes === -1) return;
  const after = words.slice(dashes + 1);
  const misplaced = after.find((word) => optionOf(options, word) !== undefined);
  if (misplaced === undefined) return;
  command.error(
    `error: ${misplaced} stands after --, so it is read as an argument; expected options before --. ` +
      `Leave out the --, or write a file of this name as ./${misplaced}.`,
  );
}

/** Returns the verb of a command line, the words after the verb, and the options of the verb. */
function verbOf(
  program: Command,
  args: readonly string[],
): { readonly command: Command; readonly words: readonly string[]; readonly options: readonly Option[] } {
  let command = program;
  let words = args;
  for (;;) {
    const [first] = words;
    const verb = command.commands.find((each) => first !== undefined && each.name() === first);
    if (verb === undefined) break;
    command = verb;
    words = words.slice(1);
  }
  return { command, words, options: command.createHelp().visibleOptions(command) };
}

const optionOf = (options: readonly Option[], word: string): Option | undefined =>
  options.find(({ long, short }) => word === short || word.replace(/=.*/s, '') === long);

/** Whether a word is an option whose value is the next word, even if the next word is `--`. */
const takesValue = (options: readonly Option[], word = ''): boolean =>
  !word.includes('=') && optionOf(options, word)?.required === true;
