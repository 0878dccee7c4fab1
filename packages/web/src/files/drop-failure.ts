import { type Signal, signal } from '@preact/signals';
import type { TabName } from '../app/route.ts';

interface DropFailure {
  /** The tab that was open at the drop. */
  readonly tab: TabName;
  readonly error: unknown;
}

/** The error of the last drop; null if there is none. */
export const dropFailure: Signal<DropFailure | null> = signal(null);
