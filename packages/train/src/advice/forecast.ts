import type { StepEvent } from '../train-event.ts';

/** Steps and seconds of a session before the first forecast. */
const LEAST_STEPS = 12;
const LEAST_SECONDS = 3;
/** Seconds between forecasts; a machine may be slow for a moment. */
const APART = 30;
/** A forecast is repeated if the end of the run has moved by this share of the time that was left. */
const MOVED = 0.25;

/** When a run is expected to end. */
export interface Forecast {
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** Seconds by which the end has moved since the last forecast; null for the first. */
  readonly moved: number | null;
}

/**
 * Makes forecasts from the steps of a session: the first after some steps, and others when the end has moved.
 *
 * @returns a function that takes each step event and returns a forecast, or null if there is nothing new
 */
export function createForecasts(): (event: StepEvent) => Forecast | null {
  let begun: { readonly step: number; readonly time: number } | undefined;
  let last: { readonly forecast: Forecast; readonly time: number } | undefined;
  return ({ step, steps, time, secondsLeft }) => {
    begun ??= { step, time };
    if (step - begun.step < LEAST_STEPS || time - begun.time < 1000 * LEAST_SECONDS) return null;
    // A run that is about to end needs no forecast.
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
