import { expect, it } from 'vitest';
import type { StepEvent } from '../train-event.ts';
import { createForecasts, type Forecast } from './forecast.ts';

/** Returns the forecasts of a run with the given time per step. Default: 1000 steps. */
function forecasts(secondsOf: (step: number) => number, steps = 1000): readonly Forecast[] {
  const next = createForecasts();
  let time = 0;
  const made: Forecast[] = [];
  for (let step = 1; step <= steps; step++) {
    time += 1000 * secondsOf(step);
    const event: StepEvent = {
      type: 'step',
      time,
      step,
      steps,
      loss: 1,
      smoothedLoss: 1,
      gradNorm: 1,
      learningRate: 1,
      imagesPerSecond: 1,
      secondsLeft: secondsOf(step) * (steps - step),
    };
    const forecast = next(event);
    if (forecast !== null) made.push(forecast);
  }
  return made;
}

it('createForecasts makes one forecast for a run with a steady pace', () => {
  // The first step ends after 0.5 s. The first forecast comes 12 steps later.
  expect(forecasts(() => 0.5)).toEqual([
    { step: 13, steps: 1000, secondsLeft: 493.5, endsAt: 500_000, moved: null },
  ]);
});

it('createForecasts makes a second forecast when the machine becomes slower', () => {
  const made = forecasts((step) => (step <= 400 ? 0.5 : 1));
  expect(made).toHaveLength(2);
  // 599 steps are left. They take 1 s each instead of 0.5 s.
  expect(made[1]).toMatchObject({ step: 401, secondsLeft: 599 });
  expect(made[1]?.moved).toBeCloseTo(300, 0);
});

it('createForecasts makes no forecast for a run that ends at once', () => {
  expect(forecasts(() => 0.1, 20)).toEqual([]);
});
