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
import { Stage } from './stage.tsx';

/** Draw with a model, on this device. */
export function SampleTab(): JSX.Element {
  useOpenedLink();
  const { status } = drawing.value;
  const busy = status === 'preparing' || status === 'drawing';
  const images = useRef<HTMLDivElement>(null);

  function generate(): void {
    void draw();
    bringIntoView(images.current);
  }

  return (
    <div class="workbench">
      <RequestPanel action="Generate" busy={busy} onSubmit={generate} onCancel={cancel}>
        <h2>What to draw</h2>
      </RequestPanel>
      <div class="stack" ref={images}>
        {drawing.value.status === 'failed' ? (
          <ErrorCard error={drawing.value.error} onRetry={generate} />
        ) : null}
        <Stage />
        <ModelFacts />
      </div>
    </div>
  );
}

/** A link names images; whoever opens it, or reloads the page, wants to see them: they are drawn at once. */
function useOpenedLink(): void {
  const opened = route.value;
  const linked = opened.tab === 'sample' ? formFromQuery(opened.query) : null;

  // Once for each address that is opened
  useEffect(() => {
    if (opened.tab !== 'sample') return;
    if (linked === null) {
      // Back from another tab: the address names the images that are here.
      const { value } = drawing;
      if (value.status === 'done') describeInAddress('sample', formToQuery(value.form));
      return;
    }
    request.value = linked;
    // The list of models may not have come yet.
    const stop = chosenSpec.subscribe((spec) => {
      if (spec === null || request.value !== linked) return;
      queueMicrotask(() => stop());
      void draw();
    });
    return stop;
  }, [opened]);
}
