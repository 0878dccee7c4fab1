import { plural } from '../terminal/format.ts';
import type { EngineChoice } from './run-record.ts';

/**
 * Describes the device of an engine, such as `cpu, 2 threads`. Returns an empty text for engines without a
 * choice of device.
 */
export function deviceText({ provider, threads }: Omit<EngineChoice, 'engine'>): string {
  const on = threads === null ? null : plural(threads, 'thread');
  return [provider, on].filter(Boolean).join(', ');
}
