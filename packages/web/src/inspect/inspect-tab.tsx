import type { JSX } from 'preact';

export function InspectTab(): JSX.Element {
  return <div class="card">Inspect</div>;
}
