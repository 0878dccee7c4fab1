import type { FuzzTarget } from './target.ts';

/** Every target by its name on the command line. A target is imported when it is run. */
export const TARGETS = {
  trace: async () => (await import('./trace/target.ts')).traceTarget,
} as const satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];
