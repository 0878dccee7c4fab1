// A parser passes if it returns a value or throws one of our errors, within bounds of time and memory.

const LONGEST_MS = 10_000;
/** Limit on the growth of the process for one input; inputs have a few kilobytes. */
const MOST_MEBIBYTES = 512;
const LONGEST_MESSAGE = 20_000;

/** A fault of a parser that an input revealed. */
export class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';
}

/**
 * Reads one input and checks how.
 *
 * @param act reads the input; throws FuzzFinding if it accepts an input that it should reject
 * @returns `read`, or the code of the error with which the input was rejected
 * @throws FuzzFinding an error without a stable code or with an overlong message; too slow; too much memory
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

/** Codes of Node, the system and zlib; errors with them were not foreseen. */
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

/** Peak memory of this process. Node reports kibibytes. */
const peakMebibytes = (): number => process.resourceUsage().maxRSS / 1024;
