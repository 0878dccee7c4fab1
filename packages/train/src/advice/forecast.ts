import type { StepEvent } from '../train-event.ts';

/** Minimum number of steps of a session before the first forecast. */
const LEAST_STEPS = 12;
const LEAST_SECONDS = 3;
/** Minimum seconds between forecasts, because a machine may be slow for a moment. */
const APART = 30;
/** Smallest change of the expected end that leads to a new forecast, as a share of the time that was left. */
const MOVED = 0.25;

/** The expected end of a run. */
export interface Forecast {
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number;
  /** Expected end in milliseconds since 1970. */
  readonly endsAt: number;
  /** Seconds by which the end has moved since the last forecast, above 0 if it is later; null for the first. */
  readonly moved: number | null;
}

/**
 * Creates a function that forecasts the end of a run. The first forecast comes after some steps of the session. A
 * further forecast comes when the expected end has moved.
 *
 * @returns a function that takes each step event, and returns a forecast or null
 */
export function createForecasts(): (event: StepEvent) => Forecast | null {
  let begun: { readonly step: number; readonly time: number } | undefined;
  let last: { readonly forecast: Forecast; readonly time: number } | undefined;
  return ({ step, steps, time, secondsLeft }) => {
    begun ??= { step, time };
    if (step - begun.step < LEAST_STEPS || time - begun.time < 1000 * LEAST_SECONDS) return null;
    // A run that ends soon needs no forecast.
    if (secondsLeft < LEAST_SECONDS) return null;
    const endsAt = time + 1000 * secondsLeft;
    const moved = last === undefined ? null : (endsAt - last.forecast.endsAt) / 1000;
    if (last !== undefined && moved !== null) {
      const left = Math.max(0, last.forecast.endsAt - time) / 1000;
      if (time - last.time < 1000 * APART || Math.abs(moved) < MOVED * Math.max(left, APART)) return null;
    }
    const forecast = { step, steps, secondsLeft, endsAt, moved };
    last = { forecast, time };
    return forecast;
  };
}
