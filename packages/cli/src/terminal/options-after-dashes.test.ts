import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { createProgram } from '../program.ts';
import { refuseOptionsAfterDashes } from './options-after-dashes.ts';

/** Returns the words of every verb, including verbs within a verb. */
const verbs = (command: Command, words: readonly string[] = []): readonly (readonly string[])[] =>
  command.commands.flatMap((verb) => {
    const own = [...words, verb.name()];
    return [own, ...verbs(verb, own)];
  });

const ALL = verbs(createProgram()).map((words) => [words.join(' '), words] as const);

describe.each(ALL)('isonoise %s with an option after --', (_, words) => {
  it('is refused with an error that contains the option and a remedy', async () => {
    const { code, stderr, stdout } = await isonoise([...words, '--', 'models/mnist', '--help']);
    expect(stderr).toBe(
      'error: --help stands after --, so it is read as an argument; expected options before --. ' +
        'Leave out the --, or write a file of this name as ./--help.\n',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('refuseOptionsAfterDashes', () => {
  const refused = (...args: string[]): string | null => {
    const program = createProgram();
    for (const verb of program.commands) verb.exitOverride().configureOutput({ writeErr: () => {} });
    try {
      refuseOptionsAfterDashes(program, args);
      return null;
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return error.message.split(' ')[1] ?? '';
    }
  };

  it.each([
    ['a long option', ['serve', '--', '--port', '0'], '--port'],
    ['a long option with its value', ['serve', '--', '--port=0'], '--port=0'],
    ['a short option', ['sample', 'a', '--', '-h'], '-h'],
    ['the second argument', ['serve', '--', 'models/mnist', '--port', '0'], '--port'],
    ['an option after other options', ['serve', '--host', 'a', '--', '--port', '0'], '--port'],
  ])('refuses %s', (_, args, option) => expect(refused(...args)).toBe(option));

  it.each([
    ['names of models', ['serve', '--', 'models/mnist']],
    ['a name that begins with a dash but is not an option', ['info', '--', '--odd']],
    ['options before --', ['serve', '--port', '0', '--', 'models/mnist']],
    ['-- as the value of an option', ['serve', '--api-key', '--', '--port', '0']],
  ])('accepts %s', (_, args) => expect(refused(...args)).toBeNull());
});
