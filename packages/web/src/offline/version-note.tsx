import type { JSX } from 'preact';
import { newVersion, useNewVersion } from '../shell.ts';
import { Button } from '../ui/button.tsx';

/** Shows that a new version of the page is available. The visitor chooses when to load it. */
export function VersionNote(): JSX.Element | null {
  if (newVersion.value === null) return null;
  return (
    <div class="note row spread" role="status">
      There is a new version of this page.
      <Button onClick={useNewVersion}>New version: reload</Button>
    </div>
  );
}
