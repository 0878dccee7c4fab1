import type { ComponentType, JSX } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import type { TabName } from './route.ts';
import { tabs } from './tabs.ts';

interface TabPanelProps {
  readonly name: TabName;
  readonly open: boolean;
}

/**
 * The content of a tab. It is loaded when the tab is first opened and then kept, so that training continues
 * in the background.
 */
export function TabPanel({ name, open }: TabPanelProps): JSX.Element {
  const [visited, setVisited] = useState(open);
  if (open && !visited) setVisited(true);
  return (
    <section role="tabpanel" id={`panel-${name}`} aria-labelledby={`tab-${name}`} hidden={!open}>
      {visited ? <LoadedTab name={name} /> : null}
    </section>
  );
}

function LoadedTab({ name }: { readonly name: TabName }): JSX.Element {
  // The component is wrapped in an object, because a state setter would call a bare function.
  const [content, setContent] = useState<{ readonly Content: ComponentType } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [thrown, resetThrown] = useErrorBoundary();

  useEffect(() => {
    if (content !== null || failure !== null) return;
    tabs[name].load().then((Content) => setContent({ Content }), setFailure);
  }, [name, content, failure]);

  const error: unknown = thrown ?? failure;
  if (error !== null && error !== undefined) {
    const retry = (): void => {
      resetThrown();
      setFailure(null);
    };
    return <ErrorCard error={error} onRetry={retry} />;
  }
  if (content === null) return <p class="quiet loading">Loading…</p>;
  return <content.Content />;
}
