import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { describeInAddress, route } from '../app/navigation.ts';
import { ErrorCard } from '../errors/error-card.tsx';
import { ModelFacts } from '../model/model-facts.tsx';
import { chosenSpec } from '../model/model-store.ts';
import { formFromQuery, formToQuery } from '../request/link.ts';
import { RequestPanel } from '../request/request-panel.tsx';
import { request } from '../request/request-store.ts';
import { bringIntoView } from '../ui/bring-into-view.ts';
import { cancel, draw, drawing } from './drawing-store.ts';
import { RunButtons } from './run-buttons.tsx';
import { beginDrawing, runFileFailure } from './run-files.ts';
import { Stage } from './stage.tsx';

/** Draws with a model on this device. */
export function SampleTab(): JSX.Element {
  useOpenedLink();
  const now = drawing.value;
  const { status } = now;
  const failure = runFileFailure.value;
  const busy = status === 'preparing' || status === 'drawing';
  const images = useRef<HTMLDivElement>(null);

  function generate(): void {
    beginDrawing();
    void draw();
    bringIntoView(images.current);
  }

  return (
    <div class="workbench">
      <RequestPanel
        action="Generate"
        busy={busy}
        onSubmit={generate}
        onCancel={cancel}
        actions={<RunButtons />}
      >
        <h2>Draw images</h2>
      </RequestPanel>
      <div class="stack" ref={images}>
        {failure === null ? null : <ErrorCard error={failure} />}
        {now.status === 'failed' ? <ErrorCard error={now.error} onRetry={() => void now.retry()} /> : null}
        <Stage />
        <ModelFacts />
      </div>
    </div>
  );
}

/** Draws the request in the address at once when a link is opened or the page is reloaded. */
function useOpenedLink(): void {
  const opened = route.value;
  const linked = opened.tab === 'sample' ? formFromQuery(opened.query) : null;

  // Runs once per opened address.
  useEffect(() => {
    if (opened.tab !== 'sample') return;
    if (linked === null) {
      // Back from another tab: write the request of the shown images into the address.
      const { value } = drawing;
      if (value.status === 'done' && value.form !== null)
        describeInAddress('sample', formToQuery(value.form));
      return;
    }
    request.value = linked;
    // The list of models may not be loaded yet.
    const stop = chosenSpec.subscribe((spec) => {
      if (spec === null || request.value !== linked) return;
      queueMicrotask(() => stop());
      void draw();
    });
    return stop;
  }, [opened]);
}
