import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { VersionNote } from '../offline/version-note.tsx';
import { dropFailure, route } from '../shell.ts';
import { LiveRegion } from '../ui/live-region.tsx';
import { IsolationNote } from './isolation-note.tsx';
import logo from './logo.svg?url';
import { TabBar } from './tab-bar.tsx';
import { TabPanel } from './tab-panel.tsx';
import { tabNames, tabs } from './tabs.ts';
import { ThemeToggle } from './theme-toggle.tsx';

export function App(): JSX.Element {
  const { tab } = route.value;
  // The title appears in the browser's history and tab bar.
  useEffect(() => {
    document.title = `${tabs[tab].label} · isonoise`;
  }, [tab]);
  const failedDrop = dropFailure.value?.tab === tab ? dropFailure.value : null;
  return (
    <>
      <header class="page-header">
        <h1>
          <img src={logo} alt="" width="32" height="32" />
          isonoise
        </h1>
        <TabBar current={tab} />
        <ThemeToggle />
      </header>
      <main>
        <VersionNote />
        <IsolationNote />
        {failedDrop === null ? null : <ErrorCard error={failedDrop.error} />}
        {tabNames.map((name) => (
          <TabPanel key={name} name={name} open={name === tab} />
        ))}
      </main>
      <LiveRegion />
    </>
  );
}
