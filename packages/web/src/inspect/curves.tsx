import type { ScheduleProcess } from '@isonoise/schedule';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Chart } from '../ui/chart.tsx';
import { shortNumber } from '../ui/chart-options.ts';
import { moment, schedule, timesteps } from './inspect-stores.ts';
import { factsOf, sharesOf } from './inspected.ts';

/** Labels of the shares of image and noise, and of the signal-to-noise ratio. */
const NAMES: {
  readonly [K in ScheduleProcess]: { readonly image: string; readonly noise: string; readonly snr: string };
} = {
  diffusion: { image: 'ᾱ', noise: '1 − ᾱ', snr: 'ᾱ / (1 − ᾱ)' },
  flow: { image: '1 − σ', noise: 'σ', snr: '(1 − σ)² / σ²' },
  sine: { image: 'α²', noise: 'σ²', snr: 'α² / σ²' },
};

/** Charts of the schedule's tables, each with a summary. */
export function Curves(): JSX.Element {
  const tables = schedule.value;
  const curves = useMemo(
    () => ({
      t: tables.snr.map((_, t) => t),
      beta: tables.process !== 'diffusion' ? null : [{ label: 'β', values: tables.betas, color: '--noise' }],
      shares: [
        {
          label: `${NAMES[tables.process].image}, the image`,
          values: sharesOf(tables).image,
          color: '--accent',
        },
        {
          label: `${NAMES[tables.process].noise}, the noise`,
          values: sharesOf(tables).noise,
          color: '--noise',
        },
      ],
      name: NAMES[tables.process],
      // A logarithmic axis cannot show 0.
      snr: [{ label: 'SNR', values: tables.snr.map((snr) => (snr > 0 ? snr : null)), color: '--second' }],
      facts: factsOf(tables),
    }),
    [tables],
  );
  const { name, beta } = curves;
  const { betas, half, left } = curves.facts;
  const shared = { x: curves.t, xLabel: 't', height: 200, at: moment.value, marks: timesteps.value };
  return (
    <div class="stack">
      <section class="card" aria-label="Signal and noise">
        <h2>Remaining image: {name.image}</h2>
        <Chart
          {...shared}
          series={curves.shares}
          summary={
            half === null
              ? `Even at the end, less than half is noise: ${name.image} = ${shortNumber(left)}.`
              : `From t = ${half} on, at least half is noise. At the end, ${name.image} = ${shortNumber(left)}.`
          }
        />
      </section>
      <div class="sides">
        {beta === null || betas === null ? null : (
          <section class="card" aria-label="Noise per step">
            <h2>Noise per step: β</h2>
            <Chart
              {...shared}
              series={beta}
              summary={`β changes from ${shortNumber(betas[0])} to ${shortNumber(betas[1])}.`}
            />
          </section>
        )}
        <section class="card" aria-label="Signal-to-noise ratio">
          <h2>Signal-to-noise ratio: {name.snr}</h2>
          <Chart
            {...shared}
            series={curves.snr}
            logarithmic
            summary={
              half === null
                ? 'The ratio stays above 1. The axis is logarithmic.'
                : `The ratio falls to 1 or below at t = ${half}. The axis is logarithmic.`
            }
          />
        </section>
      </div>
    </div>
  );
}
