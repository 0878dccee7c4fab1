import { readFileSync } from 'node:fs';
import { codeOf } from '@isonoise/error';
import { scriptError } from '../../script-error.ts';

// A parser passes if it returns a value or throws one of our errors, within bounds of time and memory.

/** Limit on the processor time for one input, in milliseconds. */
const LONGEST_MS = 10_000;
/** Limit on the growth of the process's memory for one input, in MiB. Inputs have a few kilobytes. */
const MOST_MEBIBYTES = 512;
const LONGEST_MESSAGE = 20_000;

/**
 * Reads one input and checks the outcome, the time and the memory.
 *
 * @param act reads the input; throws `FUZZ_FINDING` if it accepts an input that it should reject
 * @returns `read`, or the error code of a rejected input
 * @throws `FUZZ_FINDING` if `act` throws an error without a stable code or with an overlong message, takes too long, or
 *   uses too much memory
 */
export async function attempt(act: () => unknown): Promise<string> {
  const before = peakMebibytes();
  const began = process.cpuUsage();
  let outcome = 'read';
  try {
    await act();
  } catch (error) {
    outcome = refusalOf(error);
  }
  const { user, system } = process.cpuUsage(began);
  const milliseconds = (user + system) / 1000;
  if (milliseconds > LONGEST_MS)
    throw scriptError(
      'FUZZ_FINDING',
      `slow: took ${Math.round(milliseconds)} ms of processor time (${outcome})`,
    );
  const grown = peakMebibytes() - before;
  if (grown > MOST_MEBIBYTES)
    throw scriptError('FUZZ_FINDING', `memory: grew by ${Math.round(grown)} MiB (${outcome})`);
  return outcome;
}

/** Codes of Node, the system and zlib. Errors with these codes were not thrown on purpose. */
const FOREIGN_CODE = /^(ERR_|Z_|E[A-Z0-9]+$)/;

function refusalOf(error: unknown): string {
  if (codeOf(error) === 'FUZZ_FINDING') throw error;
  const code = codeOf(error);
  if (!(error instanceof Error) || typeof code !== 'string' || FOREIGN_CODE.test(code)) {
    throw scriptError(
      'FUZZ_FINDING',
      `untyped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      {
        cause: error,
      },
    );
  }
  if (error.message.length > LONGEST_MESSAGE) {
    throw scriptError(
      'FUZZ_FINDING',
      `a message of ${error.message.length} characters: ${error.message.slice(0, 200)}…`,
    );
  }
  return code;
}

/**
 * Returns the peak memory of this process. On Linux it is read from `/proc`, because `maxRSS` begins with the memory of
 * the parent process, which would hide growth. Both values are in kibibytes.
 */
function peakMebibytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kibibytes) / 1024;
}
