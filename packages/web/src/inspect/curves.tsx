import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Chart } from '../ui/chart.tsx';
import { shortNumber } from '../ui/chart-options.ts';
import { moment, schedule, timesteps } from './inspect-store.ts';
import { factsOf } from './inspected.ts';

/** Charts of the schedule's tables, each with a summary. */
export function Curves(): JSX.Element {
  const tables = schedule.value;
  const curves = useMemo(
    () => ({
      t: tables.betas.map((_, t) => t),
      beta: [{ label: 'β', values: tables.betas, color: '--noise' }],
      alphaBar: [
        { label: 'ᾱ, the image', values: tables.alphaBars, color: '--accent' },
        { label: '1 − ᾱ, the noise', values: tables.oneMinusAlphaBars, color: '--noise' },
      ],
      // A logarithmic axis cannot show 0.
      snr: [{ label: 'SNR', values: tables.snr.map((snr) => (snr > 0 ? snr : null)), color: '--second' }],
      facts: factsOf(tables),
    }),
    [tables],
  );
  const { firstBeta, lastBeta, half, left } = curves.facts;
  const shared = { x: curves.t, xLabel: 't', height: 200, at: moment.value, marks: timesteps.value };
  return (
    <div class="stack">
      <section class="card" aria-label="Signal and noise">
        <h2>Remaining image: ᾱ</h2>
        <Chart
          {...shared}
          series={curves.alphaBar}
          summary={
            half === null
              ? `At the end, more than half of the variance is still image: ᾱ = ${shortNumber(left)}.`
              : `From t = ${half} on, at least half of the variance is noise. At the end, ᾱ = ${shortNumber(left)}.`
          }
        />
      </section>
      <div class="sides">
        <section class="card" aria-label="Noise per step">
          <h2>Noise per step: β</h2>
          <Chart
            {...shared}
            series={curves.beta}
            summary={`β changes from ${shortNumber(firstBeta)} to ${shortNumber(lastBeta)}.`}
          />
        </section>
        <section class="card" aria-label="Signal-to-noise ratio">
          <h2>Signal-to-noise ratio: ᾱ / (1 − ᾱ)</h2>
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
