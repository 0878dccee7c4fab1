import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Chart } from '../ui/chart.tsx';
import { shortNumber } from '../ui/chart-options.ts';
import { moment, schedule, timesteps } from './inspect-store.ts';
import { factsOf } from './inspected.ts';

/** The schedule's tables as curves, each with what it says. */
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
      // A logarithmic axis has no place for 0.
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
        <h2>What is left of the image: ᾱ</h2>
        <Chart
          {...shared}
          series={curves.alphaBar}
          summary={
            half === null
              ? `More than half of the variance is still the image at the end: ᾱ = ${shortNumber(left)}.`
              : `From t = ${half} on, more of the variance is noise than image. At the end ᾱ = ${shortNumber(left)}.`
          }
        />
      </section>
      <div class="sides">
        <section class="card" aria-label="Noise of a step">
          <h2>Noise of each step: β</h2>
          <Chart
            {...shared}
            series={curves.beta}
            summary={`β goes from ${shortNumber(firstBeta)} to ${shortNumber(lastBeta)}.`}
          />
        </section>
        <section class="card" aria-label="Signal-to-noise ratio">
          <h2>Signal to noise: ᾱ / (1 − ᾱ)</h2>
          <Chart
            {...shared}
            series={curves.snr}
            logarithmic
            summary={
              half === null
                ? 'It stays above 1.'
                : `It passes 1 at t = ${half}. The axis goes in powers of ten.`
            }
          />
        </section>
      </div>
    </div>
  );
}
