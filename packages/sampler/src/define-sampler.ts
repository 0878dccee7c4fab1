import type { Level, Schedule, ScheduleProcess } from '@isonoise/schedule';
import { COMMON_SETTINGS } from './common-settings.ts';
import type { Row } from './row.ts';
import type { SamplerSettings, SettingName, SettingValues } from './settings.ts';

/** The levels that a run visits. */
export interface Grid {
  readonly schedule: Schedule;
  /** The start of each step, most noise first, then the end of the last step. Reversed for a sampler that inverts. */
  readonly levels: readonly Level[];
  /** Number of steps of the whole run, if `levels` are only a part of it. Default: the steps between the levels. */
  readonly steps?: number | undefined;
}

/** A row of the sampler table. */
export interface Sampler<S extends SamplerSettings = SamplerSettings> {
  /** The only process that the sampler supports. Default: it supports all. */
  readonly process?: ScheduleProcess;
  /**
   * Returns the name of the sampler that this sampler inverts. An inverting sampler turns images into the noise from which
   * the named sampler draws them. Default: none.
   */
  readonly inverts?: (settings: S) => string;
  /** Default number of steps for T training timesteps. */
  readonly defaultSteps: (T: number) => number;
  /** Settings of this sampler with their defaults; others are refused. */
  readonly settings: S;
  /**
   * Returns the n times that the settings choose, most noise first; null to use the spacing of the request. Default:
   * always null.
   */
  readonly times?: (T: number, n: number, settings: S) => readonly number[] | null;
  /** Computes the rows of a run; a pure function. Each step has exactly one row that ends it. */
  readonly rows: (grid: Grid, settings: S) => readonly Row[];
}

function fillSettings<S extends SamplerSettings>(defaults: S, given: SamplerSettings): S {
  const known = Object.entries(given).filter(
    ([name, value]) => value !== undefined && Object.hasOwn(defaults, name),
  );
  return { ...defaults, ...Object.fromEntries(known) };
}

/** Creates a row of the sampler table. It adds the common settings. Its functions get settings with defaults applied. */
export function defineSampler<N extends SettingName>(sampler: Sampler<Pick<SettingValues, N>>): Sampler {
  const fill = (given: SamplerSettings) => fillSettings(sampler.settings, given);
  const { inverts, times, rows, ...described } = sampler;
  return {
    ...described,
    settings: { ...sampler.settings, ...COMMON_SETTINGS },
    ...(inverts === undefined ? {} : { inverts: (given) => inverts(fill(given)) }),
    ...(times === undefined ? {} : { times: (T: number, n: number, given) => times(T, n, fill(given)) }),
    rows: (grid, given) => rows(grid, fill(given)),
  };
}

/** Makes the `defaultSteps` of a sampler that needs few steps: `steps`, but at most T. */
export const fewSteps =
  (steps: number) =>
  (T: number): number =>
    Math.min(steps, T);
