import type { EngineChoice } from './run-record.ts';

/** The device of an engine for people: `cpu, 2 threads`; empty where the engine has no choice of one. */
export function deviceText({ provider, threads }: Omit<EngineChoice, 'engine'>): string {
  const on = threads === null ? null : `${threads} thread${threads === 1 ? '' : 's'}`;
  return [provider, on].filter(Boolean).join(', ');
}
