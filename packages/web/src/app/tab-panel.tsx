import type { ComponentType, JSX } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import type { TabName } from './route.ts';
import { tabs } from './tabs.ts';

interface TabPanelProps {
  readonly name: TabName;
  readonly open: boolean;
}

/** What belongs to a tab. Loaded when it is first opened, and kept from then on: a training goes on behind it. */
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
  // Components are functions, which a state setter would call: hence the object around it.
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
