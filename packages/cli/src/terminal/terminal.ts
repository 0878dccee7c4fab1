import { printableJson } from '@isonoise/error';
import pc from 'picocolors';
import { jsonPrinted } from './json-output.ts';
import { visible } from './visible.ts';

/** The members of a stream that a terminal uses. */
interface TextStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Writes results to standard output and everything else to standard error. */
export interface Terminal {
  /**
   * Writes a line of the result. All methods escape control characters, except line breaks and
   * colours.
   */
  out(line: string): void;
  /** Writes the result or an event as one line of JSON. */
  json(value: unknown): void;
  /** Writes a note, unless `quiet`. */
  note(line: string): void;
  /** Writes a warning, even if `quiet`. */
  warn(line: string): void;
  readonly err: TextStream;
  /**
   * Colours for standard output. They have no effect if standard output is not a terminal, or if NO_COLOR is
   * set.
   */
  readonly outColors: Colors;
  /** Colours for standard error. */
  readonly colors: Colors;
  readonly quiet: boolean;
}

export interface TerminalOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly quiet?: boolean;
}

export function createTerminal({ stdout, stderr, env, quiet = false }: TerminalOptions): Terminal {
  const colorsOf = (stream: TextStream): Colors => pc.createColors(mayColor(stream, env));
  const colors = colorsOf(stderr);
  return {
    out: (line) => void stdout.write(`${visible(line)}\n`),
    json(value) {
      jsonPrinted();
      stdout.write(`${printableJson(JSON.stringify(value))}\n`);
    },
    note: (line) => void (quiet || stderr.write(`${visible(line)}\n`)),
    warn: (line) => void stderr.write(`${colors.yellow('warning')} ${visible(line)}\n`),
    err: stderr,
    outColors: colorsOf(stdout),
    colors,
    quiet,
  };
}

/**
 * Whether text for a stream is coloured. NO_COLOR turns colours off unless it is empty
 * (https://no-color.org). FORCE_COLOR turns colours on, as in Node.
 */
function mayColor(stream: TextStream, env: TerminalOptions['env']): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Returns the terminal of this process. */
export function processTerminal(quiet = false): Terminal {
  return createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env, quiet });
}
