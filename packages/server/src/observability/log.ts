import { printableJson } from '@isonoise/error';
import { type Logger, pino } from 'pino';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Creates a log that writes one line of JSON per event to standard output, with control characters escaped.
 */
export function createLog(level: LogLevel): Logger {
  const write = (line: string): void => void process.stdout.write(printableJson(line));
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}
