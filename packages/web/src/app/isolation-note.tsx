import type { JSX } from 'preact';
import { Note } from '../ui/note.tsx';
import { isolatesItself, isSite } from './site.ts';

/** Advice on how a static site gets more threads. */
const MORE_THREADS = isolatesItself
  ? 'More threads need a page that is isolated from other sites. Private windows, pages without HTTPS and ?isolation=off prevent this.'
  : 'For more threads, the host must send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';

/** Explains that WebAssembly runs on one thread because the page is not cross-origin isolated. */
export function IsolationNote(): JSX.Element | null {
  if (crossOriginIsolated) return null;
  if (isSite) {
    return <Note title="One thread only">WebAssembly runs on a single thread here. {MORE_THREADS}</Note>;
  }
  return (
    <Note title="One thread only">
      This page is not cross-origin isolated, so WebAssembly runs on a single thread. Serve it with{' '}
      <code>pnpm serve</code>, or send <code>Cross-Origin-Opener-Policy: same-origin</code> and{' '}
      <code>Cross-Origin-Embedder-Policy: require-corp</code>.
    </Note>
  );
}
