import { type Command, CommanderError } from 'commander';
import { EXIT, Interrupted } from './cli-error.ts';
import { createProgram } from './program.ts';
import { outputFailure, pendingSignals } from './terminal/process-guard.ts';
import { processTerminal } from './terminal/terminal.ts';

/**
 * Runs the command and reports what goes wrong.
 *
 * @param args without the interpreter and the script
 * @returns the exit code, one of {@link EXIT}
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = createProgram();
  throwInsteadOfExit(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return ended(EXIT.ok);
  } catch (error) {
    // commander has printed its message already; help and version are errors of code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    // A command that does not listen for signals ends here where one has arrived: it may be the reason.
    if (!(error instanceof Interrupted)) await pendingSignals();
    return ended(report(error));
  }
}

/** A command whose output was lost failed, whatever else it did. */
function ended(code: number): number {
  const lost = outputFailure();
  return lost === null ? code : report(lost);
}

/** Settings are not inherited by verbs that were made on their own. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
}

function report(error: unknown): number {
  const { err, colors } = processTerminal();
  if (error instanceof Interrupted) {
    err.write(`${error.message}\n`);
    return EXIT.interrupted;
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  err.write(`${colors.red('error')}${code === undefined ? '' : ` ${code}`}: ${message}\n`);
  if (process.env.DEBUG?.split(',').includes('isonoise')) err.write(`${stacks(error)}\n`);
  return code === 'USAGE' ? EXIT.usage : EXIT.failed;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause === undefined ? (error.stack ?? '') : `${error.stack}\ncaused by ${stacks(error.cause)}`;
}
