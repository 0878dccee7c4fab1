import type { JSX } from 'preact';

export function TrainTab(): JSX.Element {
  return <div class="card">Train</div>;
}
