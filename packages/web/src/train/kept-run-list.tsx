import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { counted } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import type { KeptRun } from './kept-run.ts';
import { deleteRun, keptRuns } from './run-stores.ts';

interface KeptRunListProps {
  /** Name of the shown run. */
  readonly current: string | null;
  /** Whether the shown run is computing. Other runs cannot be opened then. */
  readonly busy: boolean;
  readonly onOpen: (name: string) => void;
  readonly onDeleted: (name: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Lists the runs stored in this browser, to open or delete them. */
export function KeptRunList(props: KeptRunListProps): JSX.Element | null {
  useEffect(() => void keptRuns.refresh(), []);
  const kept = keptRuns.state.value;
  if (kept.state === 'failed')
    return <ErrorCard error={kept.error} onRetry={() => void keptRuns.refresh()} />;
  if (kept.state === 'unknown' || kept.runs.length + kept.damaged.length === 0) return null;
  return (
    <div class="card">
      <h2>Runs in this browser</h2>
      <ul class="kept-runs">
        {kept.runs.map((run) => (
          <KeptRunItem
            key={run.record.name}
            run={run}
            inOtherTab={kept.inUse.has(run.record.name) && !(props.busy && run.record.name === props.current)}
            {...props}
          />
        ))}
        {kept.damaged.map(({ name, error }) => (
          <li key={name} class="row spread">
            <span>
              <strong>{name}</strong>{' '}
              <span class="quiet">
                cannot be read: {error instanceof Error ? error.message : String(error)}
              </span>
            </span>
            <DeleteButton name={name} {...props} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function KeptRunItem({
  run: { record, step, finished },
  inOtherTab,
  current,
  busy,
  onOpen,
  onDeleted,
  onError,
}: KeptRunListProps & { readonly run: KeptRun; readonly inOtherTab: boolean }): JSX.Element {
  const { name, config } = record;
  const shown = name === current;
  return (
    <li class="row spread">
      <span>
        <strong>{name}</strong>{' '}
        <span class="quiet numbers">
          {counted(step)} of {counted(config.steps)}
          {inOtherTab ? ' · in use in another tab' : ''}
        </span>
      </span>
      <span class="row">
        <Button
          kind="quiet"
          blocked={shown ? 'This run is open.' : busy ? 'Pause or stop the current run first.' : null}
          label={`Open the run ${name}`}
          onClick={() => onOpen(name)}
        >
          {shown ? 'Open' : finished || inOtherTab ? 'View' : 'Resume…'}
        </Button>
        <DeleteButton {...{ name, current, busy, onDeleted, onError }} />
      </span>
    </li>
  );
}

function DeleteButton({
  name,
  current,
  busy,
  onDeleted,
  onError,
}: Omit<KeptRunListProps, 'onOpen'> & { readonly name: string }): JSX.Element {
  function onDelete(): void {
    if (!confirm(`Delete the run ${name} with its checkpoints and loss curve? Downloaded files stay.`))
      return;
    deleteRun(name).then(() => onDeleted(name), onError);
  }
  return (
    <Button
      kind="quiet"
      blocked={busy && name === current ? 'Pause or stop this run first.' : null}
      label={`Delete the run ${name}`}
      onClick={onDelete}
    >
      Delete
    </Button>
  );
}
