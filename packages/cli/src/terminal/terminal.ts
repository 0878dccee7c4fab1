import { printableJson } from '@isonoise/bundle/printable';
import pc from 'picocolors';
import { jsonPrinted } from './json-output.ts';
import { visible } from './visible.ts';

/** What of a stream is used. */
interface TextStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Where a command writes: results to `out`, everything about the way there to `err`. */
export interface Terminal {
  /** A line of the result. Here and below, control characters are escaped; line breaks and colours stay. */
  out(line: string): void;
  /** The result, or an event of it, as one line of JSON. */
  json(value: unknown): void;
  /** A line for a person, unless `quiet`. */
  note(line: string): void;
  /** A line that a person must see. */
  warn(line: string): void;
  readonly err: TextStream;
  /** Colours of `out` and of `err`: plain where that stream is no terminal or NO_COLOR is set. */
  readonly outColors: Colors;
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

/** https://no-color.org: every value but the empty one; FORCE_COLOR is the counterpart that Node itself knows. */
function mayColor(stream: TextStream, env: TerminalOptions['env']): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The terminal of this process. */
export function processTerminal(quiet = false): Terminal {
  return createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env, quiet });
}
