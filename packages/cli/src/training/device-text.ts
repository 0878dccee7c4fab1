import type { EngineChoice } from './run-record.ts';

/**
 * Describes the device of an engine, such as `cpu, 2 threads`. The text is empty if an engine has no such choice.
 */
export function deviceText({ provider, threads }: Omit<EngineChoice, 'engine'>): string {
  const on = threads === null ? null : `${threads} thread${threads === 1 ? '' : 's'}`;
  return [provider, on].filter(Boolean).join(', ');
}
