import type { JSX } from 'preact';

interface ProgressBarProps {
  readonly label: string;
  /** In [0, 1]; null if indeterminate. */
  readonly value: number | null;
  /** Text beside the label, such as rate, time left or bytes. */
  readonly detail?: string;
}

export function ProgressBar({ label, value, detail }: ProgressBarProps): JSX.Element {
  return (
    <div class="progress">
      <div class="progress-text">
        <span>{label}</span>
        <span class="numbers">{detail}</span>
      </div>
      <progress aria-label={label} max={1} {...(value === null ? {} : { value })} />
    </div>
  );
}
