import type { JSX } from 'preact';
import { Note } from '../ui/note.tsx';

/** Explains that WebAssembly runs on one thread because the page is not cross-origin isolated. */
export function IsolationNote(): JSX.Element | null {
  if (crossOriginIsolated) return null;
  return (
    <Note title="One thread only">
      This page is not cross-origin isolated, so WebAssembly runs on a single thread. Serve it with{' '}
      <code>pnpm serve</code>, or send <code>Cross-Origin-Opener-Policy: same-origin</code> and{' '}
      <code>Cross-Origin-Embedder-Policy: require-corp</code>.
    </Note>
  );
}
