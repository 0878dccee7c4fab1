/** A parser's answer to one input is right where it is a value or an error of ours, soon and in bounded memory. */

const LONGEST_MS = 10_000;
/** By which the process may grow for one input; the inputs are a few kilobytes. */
const MOST_MEBIBYTES = 512;
const LONGEST_MESSAGE = 20_000;

/** What is wrong with how an input was taken. */
export class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';
}

/**
 * @param act reads the input; throws FuzzFinding itself where it accepts what it must not
 * @returns `read`, or the code of the error with which it was refused
 * @throws FuzzFinding another error, one without a stable code, one that tells a novel; too slow, too much memory
 */
export async function attempt(act: () => unknown): Promise<string> {
  const before = peakMebibytes();
  const began = performance.now();
  let outcome = 'read';
  try {
    await act();
  } catch (error) {
    outcome = codeOf(error);
  }
  const milliseconds = performance.now() - began;
  if (milliseconds > LONGEST_MS)
    throw new FuzzFinding(`slow: took ${Math.round(milliseconds)} ms (${outcome})`);
  const grown = peakMebibytes() - before;
  if (grown > MOST_MEBIBYTES) throw new FuzzFinding(`memory: grew by ${Math.round(grown)} MiB (${outcome})`);
  return outcome;
}

/** Codes of Node, of the system and of zlib are those of errors that nobody thought of. */
const FOREIGN_CODE = /^(ERR_|Z_|E[A-Z0-9]+$)/;

function codeOf(error: unknown): string {
  if (error instanceof FuzzFinding) throw error;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!(error instanceof Error) || typeof code !== 'string' || FOREIGN_CODE.test(code)) {
    throw new FuzzFinding(
      `untyped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      {
        cause: error,
      },
    );
  }
  if (error.message.length > LONGEST_MESSAGE) {
    throw new FuzzFinding(`a message of ${error.message.length} characters: ${error.message.slice(0, 200)}…`);
  }
  return code;
}

/** Linux counts kibibytes. */
const peakMebibytes = (): number => process.resourceUsage().maxRSS / 1024;
