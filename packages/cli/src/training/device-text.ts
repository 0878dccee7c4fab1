import type { EngineChoice } from './run-record.ts';

/**
 * Describes the device of an engine, such as `cpu, 2 threads`; empty if the engine does not offer a choice.
 */
export function deviceText({ provider, threads }: Omit<EngineChoice, 'engine'>): string {
  const on = threads === null ? null : `${threads} thread${threads === 1 ? '' : 's'}`;
  return [provider, on].filter(Boolean).join(', ');
}
