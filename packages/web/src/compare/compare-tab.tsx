import type { JSX } from 'preact';

export function CompareTab(): JSX.Element {
  return <div class="card">Compare</div>;
}
