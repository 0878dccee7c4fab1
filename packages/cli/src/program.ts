import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { dataCommand } from './commands/data.ts';
import { emaCommand } from './commands/ema.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export-onnx.ts';
import { importCommand } from './commands/import-model.ts';
import { infoCommand } from './commands/info.ts';
import { jobsCommand } from './commands/jobs.ts';
import { interpolateCommand, invertCommand } from './commands/pictures.ts';
import { publishCommand } from './commands/publish-model.ts';
import { pullCommand } from './commands/pull.ts';
import { runsCommand } from './commands/runs.ts';
import { sampleCommand } from './commands/sample.ts';
import { serveCommand } from './commands/serve.ts';
import { trainCommand } from './commands/train.ts';
import { verifyCommand } from './commands/verify.ts';
import { workerCommand } from './commands/worker.ts';
import { CliError } from './errors.ts';

const EXIT_CODES = `
Exit codes:
  0    done; also serve after Ctrl-C or SIGTERM
  1    failed: a file is missing or damaged, or the machine lacks something
  2    wrong usage: a value out of range, a contradiction, a class that the model does not have, an output that
       cannot be written or would replace a file
  129, 130, 141, 143
       stopped cleanly by a closed terminal (SIGHUP), Ctrl-C, a closed output pipe or SIGTERM: 128 + the signal's number

Results go to standard output, everything else to standard error. With --json, standard output is one JSON document; if the
command fails, the document is { "ok": false, "error": { code, message, exitCode } }. train prints a line with a document for each event.

Environment: NO_COLOR disables colours; DEBUG=isonoise adds stack traces to errors.`;

/** Creates the command with all verbs. The modules of a verb are loaded when the verb runs. */
export function createProgram(): Command {
  const program = new Command('isonoise')
    .description(
      'Train diffusion models in TypeScript, export them as ONNX, and sample: a seed gives the same image everywhere.',
    )
    .version(ownVersion(), '-V, --version', 'print the version of isonoise')
    .helpCommand(false)
    // Options after a verb belong to that verb, even if the verb has subcommands, such as data icons.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  const verbs = [
    trainCommand,
    exportCommand,
    importCommand,
    pullCommand,
    publishCommand,
    sampleCommand,
    interpolateCommand,
    invertCommand,
    serveCommand,
    verifyCommand,
    evaluateCommand,
    emaCommand,
    infoCommand,
    runsCommand,
    dataCommand,
    jobsCommand,
    workerCommand,
  ];
  for (const verb of verbs) program.addCommand(verb());
  program.addCommand(helpCommand(program));
  program.hook('preAction', requireWorkingFolder);
  return program;
}

/** Creates the verb `isonoise help`. It replaces commander's help verb, which accepts any option. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('show the help of a verb')
    .argument('[verb]')
    .option('--json', 'print the text as JSON')
    .action((name: string | undefined) => {
      const verb = name === undefined ? program : program.commands.find((each) => each.name() === name);
      if (verb === undefined) program.error(`error: unknown command '${name}'`);
      verb.help();
    });
}

/**
 * Checks that the working folder exists. Without this check, Node later reports ENOENT without a path.
 *
 * @throws `CLI_WORKING_FOLDER_GONE` if it was removed
 */
function requireWorkingFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new CliError(
      'CLI_WORKING_FOLDER_GONE',
      'isonoise: the working folder no longer exists. Change to a folder that exists (cd), and run the command again.',
      { cause },
    );
  }
}

function ownVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof file === 'object' && file !== null && 'version' in file) return String(file.version);
  throw new Error('The package.json of @isonoise/cli has no version.');
}
