import type { JSX } from 'preact';

export function SampleTab(): JSX.Element {
  return <div class="card">Sample</div>;
}
