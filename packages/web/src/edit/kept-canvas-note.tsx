import type { JSX } from 'preact';
import { specNamed } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { canvasKeeper } from './edit-stores.ts';

const PROBLEMS = {
  full: 'The browser’s storage for this page is full, so the canvas is not kept when the page is closed. Save the picture, or delete drawings, models or runs.',
  forbidden: 'This browser does not store the canvas. It is lost when the page is closed; save the picture.',
} as const;

/** Says what became of the canvas of an earlier visit, and whether this one is kept. */
export function KeptCanvasNote(): JSX.Element | null {
  const kept = canvasKeeper.kept.value;
  const problem = canvasKeeper.problem.value;
  if (problem !== null) return <p class="hint">{PROBLEMS[problem]}</p>;
  switch (kept?.state) {
    case undefined:
      return null;
    case 'damaged':
      return <p class="hint">The canvas of your last visit is damaged and cannot be shown.</p>;
    case 'unread':
      return (
        <p class="hint">
          The canvas of your last visit could not be read from the browser’s storage. It stays stored; reload
          the page to show it.
        </p>
      );
    case 'restored':
      return (
        <div class="row kept-canvas">
          <p class="hint">This is the canvas of your last visit.</p>
          <Button kind="quiet" onClick={() => canvasKeeper.forget()}>
            Delete it
          </Button>
        </div>
      );
    case 'waiting': {
      const { model } = kept.source.form;
      const isHere = specNamed(model) !== null;
      return (
        <div class="row kept-canvas">
          <p class="hint">
            The canvas of your last visit was for {model}
            {isHere ? '.' : ', which is not available here. Open its files to show it.'}
          </p>
          {isHere ? (
            <Button kind="quiet" onClick={() => canvasKeeper.show()}>
              Show it
            </Button>
          ) : null}
          <Button kind="quiet" onClick={() => canvasKeeper.forget()}>
            Delete it
          </Button>
        </div>
      );
    }
  }
}
