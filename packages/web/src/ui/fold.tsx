import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface FoldProps {
  readonly summary: string;
  /** Whether something inside must be seen, an error, say. It then opens, and stays as the visitor leaves it. */
  readonly needed?: boolean;
  readonly children: ComponentChildren;
}

/** What few people need, folded away. */
export function Fold({ summary, needed = false, children }: FoldProps): JSX.Element {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (needed && element.current !== null) element.current.open = true;
  }, [needed]);
  return (
    <details ref={element}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
