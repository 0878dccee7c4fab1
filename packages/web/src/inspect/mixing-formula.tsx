import type { JSX } from 'preact';

/** Shows the forward process in closed form, with the factors of one timestep. Source: DDPM, eq. (4). */
export function MixingFormula({
  signal,
  noise,
}: {
  readonly signal: number;
  readonly noise: number;
}): JSX.Element {
  return (
    <div class="formula">
      <p>
        q(x<sub>t</sub> | x<sub>0</sub>) = N(√ᾱ<sub>t</sub> x<sub>0</sub>, (1 − ᾱ<sub>t</sub>) I)
      </p>
      <p>
        x<sub>t</sub> = √ᾱ<sub>t</sub> x<sub>0</sub> + √(1 − ᾱ<sub>t</sub>) ε{' '}
        <span class="unbroken">
          = <strong class="signal">{signal.toFixed(3)}</strong> x<sub>0</sub> +{' '}
          <strong class="noise">{noise.toFixed(3)}</strong> ε
        </span>
      </p>
    </div>
  );
}
