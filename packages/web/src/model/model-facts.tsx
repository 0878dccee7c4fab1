import type { JSX } from 'preact';
import { modelState } from '../stores.ts';
import { bytes } from '../text/format.ts';
import { PROVIDER_TEXT, reasonText } from '../text/provider.ts';
import { Note } from '../ui/note.tsx';
import { Verify } from './verify.tsx';

/** Shows the model in use: its origin, its provider and why it was chosen, notes, and the Verify button. */
export function ModelFacts(): JSX.Element | null {
  const state = modelState.value;
  if (state.status !== 'ready') return null;
  const { model, summary, origin } = state;
  const { spec, provider, notes } = model;
  const { channels, height, width } = spec.image;
  const size = summary.total === 0 ? '' : ` · ${bytes(summary.total)}`;
  return (
    <section class="card" aria-label="The model">
      <h2>{spec.name} on this device</h2>
      <dl class="facts">
        <dt>Model</dt>
        <dd>
          {width} × {height} {channels === 1 ? 'grey' : 'colour'}
          {channels === 4 ? ' with alpha' : ''}
          {size} · {origin}
        </dd>
        <dt>Runs on</dt>
        <dd>
          {PROVIDER_TEXT[provider.name]} · <span class="quiet">{reasonText(provider.reason)}</span>
        </dd>
      </dl>
      {notes.map((note) => (
        <Note key={note}>{note}</Note>
      ))}
      <Verify key={provider.name} model={model} />
    </section>
  );
}
