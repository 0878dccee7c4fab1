import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as displayed beside the label and announced by screen readers. */
  readonly text?: string;
  readonly onInput: (value: number) => void;
}

/** A slider with its label and current value. */
export function Slider({ label, value, min, max, step = 1, text, onInput }: SliderProps): JSX.Element {
  const id = useId();
  const shown = text ?? String(value);
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{shown}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
