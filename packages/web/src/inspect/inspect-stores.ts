import type { Schedule } from '@isonoise/schedule';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { chosenSpec } from '../stores.ts';
import { DEFAULT_INSPECTED, type Inspected, scheduleOf, visited } from './inspected.ts';

export const inspected: Signal<Inspected> = signal(DEFAULT_INSPECTED);

export function inspect(fields: Partial<Inspected>): void {
  inspected.value = { ...inspected.value, ...fields };
}

export const schedule: ReadonlySignal<Schedule> = computed(() =>
  scheduleOf(inspected.value, chosenSpec.value),
);

export const timesteps: ReadonlySignal<readonly number[]> = computed(() =>
  visited(inspected.value, schedule.value, chosenSpec.value),
);

/** The selected timestep. */
export const moment: ReadonlySignal<number> = computed(() =>
  Math.round(inspected.value.moment * (schedule.value.numTrainTimesteps - 1)),
);
