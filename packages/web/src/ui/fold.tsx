import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface FoldProps {
  readonly summary: string;
  /**
   * When this becomes true, the section opens, for example to show an error inside. The visitor can close it
   * again.
   */
  readonly needed?: boolean;
  readonly children: ComponentChildren;
}

/** A collapsible section, for rarely needed content. */
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
