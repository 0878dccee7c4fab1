import { codeOf, printable } from '@isonoise/error';
import { type Command, CommanderError } from 'commander';
import { CliError, EXIT, Interrupted } from './errors.ts';
import { exitCodeOf } from './exit-code.ts';
import { createProgram } from './program.ts';
import { failureDocument, jsonKind } from './terminal/json-output.ts';
import { refuseOptionsAfterDashes } from './terminal/options-after-dashes.ts';
import { outputFailure, pendingSignals } from './terminal/process-guard.ts';
import { processTerminal } from './terminal/terminal.ts';

/**
 * Runs a command. If the command fails, its error is reported.
 *
 * @param args arguments after the interpreter and the script
 * @returns the exit code (see `exitCodeOf`)
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = createProgram();
  const kind = jsonKind(args);
  let help = '';
  const writeOut = (text: string): void => {
    if (kind === null) process.stdout.write(text);
    else help += text;
  };
  prepare(program, writeOut);
  try {
    refuseOptionsAfterDashes(program, args);
    await program.parseAsync([...args], { from: 'user' });
    return ended(EXIT.ok);
  } catch (error) {
    // commander reports help and version as errors with exit code 0.
    if (error instanceof CommanderError && error.exitCode === 0) {
      const what = error.code === 'commander.version' ? 'version' : 'help';
      if (kind !== null) processTerminal().json({ [what]: help.trimEnd() });
      return ended(EXIT.ok);
    }
    const usage = error instanceof CommanderError;
    // A pending signal may have caused the error. If the command does not listen for signals,
    // `pendingSignals` ends the process.
    if (!usage && !(error instanceof Interrupted)) await pendingSignals();
    const code = usage ? EXIT.usage : exitCodeOf(error);
    report(error);
    const exitCode = ended(code);
    // If the command stopped because its output was lost, report the lost output instead.
    const reason = error instanceof Interrupted ? (outputFailure() ?? error) : error;
    if (kind !== null) reportJson(reason, exitCode, kind);
    return exitCode;
  }
}

/** Returns the given exit code. If any output was lost, reports this and returns its exit code. */
function ended(code: number): number {
  const lost = outputFailure();
  if (lost === null) return code;
  report(lost);
  return exitCodeOf(lost);
}

/** Configures a command and all its verbs. Verbs that are created separately do not inherit settings. */
function prepare(command: Command, writeOut: (text: string) => void): void {
  command.exitOverride();
  // The messages of commander quote the arguments, which can contain control characters.
  command.configureOutput({
    writeOut,
    writeErr: (text) => void process.stderr.write(printable(text, '\n')),
  });
  for (const verb of command.commands) prepare(verb, writeOut);
}

/** Prints an error to standard error, unless commander has already printed it. */
function report(error: unknown): void {
  if (error instanceof CommanderError) return;
  const { err, colors } = processTerminal();
  if (error instanceof Interrupted) {
    err.write(`${printable(error.message, '\n')}\n`);
    return;
  }
  const code = codeOf(error);
  err.write(
    `${colors.red('error')}${code === undefined ? '' : ` ${code}`}: ${printable(messageOf(error), '\n')}\n`,
  );
  if (process.env.DEBUG?.split(',').includes('isonoise')) err.write(`${printable(stacks(error), '\n')}\n`);
}

/** Prints an error as JSON. */
function reportJson(error: unknown, exitCode: number, kind: 'document' | 'events'): void {
  if (error instanceof Interrupted && error.reported) return;
  const code = error instanceof CommanderError ? 'CLI_USAGE' : (codeOf(error) ?? 'CLI_UNKNOWN');
  const message = messageOf(error).replace(/^error: /, '');
  const document = error instanceof CliError || error instanceof Interrupted ? error.document : {};
  processTerminal().json(failureDocument(kind, { code, message, exitCode }, document));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause === undefined ? (error.stack ?? '') : `${error.stack}\ncaused by ${stacks(error.cause)}`;
}
