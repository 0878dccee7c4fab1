import { schedulerMeaning, spacingText } from '@isonoise/bundle';
import type { JSX } from 'preact';
import { chosenSpec } from '../stores.ts';
import { shortNumber } from '../ui/chart-options.ts';
import { SelectField } from '../ui/select-field.tsx';
import { Slider } from '../ui/slider.tsx';
import { inspect, inspected, schedule, timesteps } from './inspect-stores.ts';
import { KINDS, spacingOf, spacingsFor } from './inspected.ts';

const KIND_TEXT = {
  linear: 'linear (DDPM)',
  scaledLinear: 'scaled linear (latent diffusion)',
  quadratic: 'quadratic',
  sigmoid: 'sigmoid',
  cosine: 'cosine (improved DDPM)',
  constant: 'constant',
} as const satisfies { readonly [K in (typeof KINDS)[number]]: string };

/** Selects the schedule and the timesteps that a sampler visits. */
export function ScheduleFields(): JSX.Element {
  const { source, steps } = inspected.value;
  const spec = chosenSpec.value;
  const T = schedule.value.numTrainTimesteps;
  return (
    <section class="card" aria-label="The schedule">
      <h2>The schedule</h2>
      <SelectField
        label="Noise schedule"
        value={source}
        options={[
          {
            value: 'model' as const,
            text: spec === null ? 'default: linear (DDPM)' : `model ${spec.name}`,
          },
          ...KINDS.map((value) => ({ value, text: KIND_TEXT[value] })),
        ]}
        onChange={(chosen) => inspect({ source: chosen })}
      />
      {source === 'model' ? null : <ScheduleSliders />}
      <h2>The sampler’s steps</h2>
      <SelectField
        label="Spacing"
        value={spacingOf(inspected.value, spec)}
        options={spacingsFor(inspected.value, spec).map((value) => ({
          value,
          text:
            value === ''
              ? `the model’s: ${spec && spacingText(schedulerMeaning(spec.scheduler).spacing)}`
              : value,
        }))}
        onChange={(chosen) => inspect({ spacing: chosen })}
      />
      <Slider
        label="Steps"
        value={Math.min(steps, T)}
        min={1}
        max={Math.min(T, 100)}
        onInput={(value) => inspect({ steps: value })}
      />
      {timesteps.value.length === 0 ? (
        <p class="hint wrong">
          Too many steps: the model’s offset moves the first one beyond the last timestep.
        </p>
      ) : (
        <p class="hint">The short lines on the axes mark the timesteps that the sampler visits.</p>
      )}
    </section>
  );
}

function ScheduleSliders(): JSX.Element {
  const { source, numTrainTimesteps, logBetaStart, logBetaEnd, maxBeta } = inspected.value;
  const beta = (power: number): string => shortNumber(10 ** power);
  return (
    <>
      <Slider
        label="Training timesteps T"
        value={numTrainTimesteps}
        min={10}
        max={1000}
        step={10}
        onInput={(value) => inspect({ numTrainTimesteps: value })}
      />
      {source === 'cosine' || source === 'constant' ? null : (
        <Slider
          label="First β"
          value={logBetaStart}
          min={-5}
          max={-1}
          step={0.05}
          text={beta(logBetaStart)}
          onInput={(value) => inspect({ logBetaStart: value })}
        />
      )}
      {source === 'cosine' ? (
        <Slider
          label="Largest β"
          value={maxBeta}
          min={0.5}
          max={0.999}
          step={0.001}
          onInput={(value) => inspect({ maxBeta: value })}
        />
      ) : (
        <Slider
          label={source === 'constant' ? 'β' : 'Last β'}
          value={logBetaEnd}
          min={-4}
          max={-0.3}
          step={0.05}
          text={beta(logBetaEnd)}
          onInput={(value) => inspect({ logBetaEnd: value })}
        />
      )}
    </>
  );
}
