import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { dataCommand } from './commands/data.ts';
import { exportCommand } from './commands/export-onnx.ts';
import { infoCommand } from './commands/info.ts';
import { sampleCommand } from './commands/sample.ts';
import { serveCommand } from './commands/serve.ts';
import { trainCommand } from './commands/train.ts';
import { verifyCommand } from './commands/verify.ts';
import { CliError } from './errors.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage; 128 + the number of the signal that stopped the command, after everything
was put in order: 130 Ctrl-C, 143 SIGTERM, 129 a closed terminal, 141 a reader of the output that has gone; serve ends
with 0. 2 is for what was asked: a value out of range, a contradiction, a class that the model does not have, an output that cannot be written
or would replace something. 1 is for what was found: a file that is missing or damaged, a machine that lacks something.
With --json, standard output is one JSON document, also on failure: { "ok": false, "error": { code, message, exitCode } };
of train a document a line, one for each event.
Environment: NO_COLOR turns colours off; DEBUG=isonoise adds stacks to errors.
Results go to standard output, everything else to standard error.`;

/** The whole command; nothing heavy is loaded before a verb runs. */
export function createProgram(): Command {
  const program = new Command('isonoise')
    .description(
      'Train diffusion models in TypeScript, export ONNX, sample: the same seed gives the same image everywhere.',
    )
    .version(ownVersion(), '-V, --version', 'the version of isonoise')
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  const verbs = [
    trainCommand,
    exportCommand,
    sampleCommand,
    serveCommand,
    verifyCommand,
    infoCommand,
    dataCommand,
  ];
  for (const verb of verbs) program.addCommand(verb());
  program.addCommand(helpCommand(program));
  program.hook('preAction', requireWorkingFolder);
  return program;
}

/** `isonoise help`; commander's own takes any option. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('help of a verb')
    .argument('[verb]')
    .option('--json', 'the text as JSON')
    .action((name: string | undefined) => {
      const verb = name === undefined ? program : program.commands.find((each) => each.name() === name);
      if (verb === undefined) program.error(`error: unknown command '${name}'`);
      verb.help();
    });
}

/** Node fails with a bare ENOENT wherever a path is resolved. @throws CliError `CLI_WORKING_FOLDER_GONE` */
function requireWorkingFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new CliError(
      'CLI_WORKING_FOLDER_GONE',
      'isonoise: the working folder does not exist any more. Change to a folder that exists (cd), and run the command again.',
      { cause },
    );
  }
}

function ownVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof file === 'object' && file !== null && 'version' in file) return String(file.version);
  throw new Error('package.json of @isonoise/cli has no version.');
}
