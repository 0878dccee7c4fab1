import { plural } from '@isonoise/error';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import type { Drawing } from '../sample/drawing.ts';
import { drawnName } from '../sample/drawn-name.ts';
import { Button } from '../ui/button.tsx';
import { ImageGrid } from '../ui/image-grid.tsx';
import { hasFavourites } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';
import './history.css';
import { announce } from '../shell.ts';
import { history, showKept, shownId } from '../stores.ts';
import { countOf } from '../text/format.ts';

const PROBLEMS = {
  full: 'The browser’s storage for this page is full: new drawings are kept until this page is closed. Download them, or delete drawings, models or runs to make room.',
  forbidden: 'This browser does not store them: they are kept until this page is closed.',
  unread:
    'The browser’s storage could not be read completely. Drawings of earlier visits that are missing here stay stored; reload the page to show them.',
} as const;

interface HistoryStripProps {
  /** The drawing on screen. */
  readonly now: Drawing;
  /** Shows only the drawings of this kind. Default: all. */
  readonly only?: KeptDrawing['kind'];
}

/** Shows the drawings of earlier requests and edits, the newest first. */
export function HistoryStrip({ now, only }: HistoryStripProps): JSX.Element | null {
  const [onlyFavourites, setOnlyFavourites] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const entries = history.entries.value.filter(({ kind }) => only === undefined || kind === only);
  const error = failure === null ? null : <ErrorCard error={failure} />;
  const { value: problem } = history.problem;
  if (entries.length === 0) return problem === 'unread' ? <p class="hint">{PROBLEMS.unread}</p> : error;
  const current = shownId(now);
  const hasAny = entries.some(hasFavourites);
  const shown = onlyFavourites && hasAny ? entries.filter(hasFavourites) : entries;
  function clear(): void {
    const kept = problem === null || problem === 'unread' ? 'in this browser' : 'in this page';
    if (
      !confirm(
        `Delete ${plural(entries.length, 'drawing')} kept ${kept}${hasAny ? ', with the favourites' : ''}? Downloaded files stay.`,
      )
    )
      return;
    setFailure(null);
    const deleted =
      only === undefined ? history.clear() : Promise.all(entries.map(({ id }) => history.remove(id)));
    deleted.then(() => announce('The drawings were deleted'), setFailure);
  }
  function show(entry: KeptDrawing): void {
    setFailure(null);
    showKept(entry).catch(setFailure);
  }
  return (
    <section class="card" aria-label="Earlier drawings">
      <div class="row spread">
        <h2>
          Earlier drawings <span class="quiet numbers">{entries.length}</span>
        </h2>
        <div class="row">
          {hasAny ? (
            <Button kind="quiet" pressed={onlyFavourites} onClick={() => setOnlyFavourites(!onlyFavourites)}>
              {onlyFavourites ? '★ Only favourites' : '☆ Only favourites'}
            </Button>
          ) : null}
          <Button kind="quiet" onClick={clear}>
            Delete all
          </Button>
        </div>
      </div>
      {error}
      <ul class="history">
        {shown.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} isShown={entry.id === current} onShow={() => show(entry)} />
          </li>
        ))}
      </ul>
      {problem === null ? null : <p class="hint">{PROBLEMS[problem]}</p>}
    </section>
  );
}

interface EntryProps {
  readonly entry: KeptDrawing;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function Entry({ entry, isShown, onShow }: EntryProps): JSX.Element {
  const { thumbnail, shape, kind } = entry;
  const marked = entry.favourites?.length ?? 0;
  const what = `${drawnName(entry)}, ${countOf(shape[0], 'image')}${kind === 'edit' ? ', edited' : ''}${marked === 0 ? '' : `, ${plural(marked, 'favourite')}`}`;
  return (
    <button
      type="button"
      aria-label={`Show again: ${what}`}
      aria-current={isShown}
      title={what}
      onClick={onShow}
    >
      <span aria-hidden="true">
        <ImageGrid images={thumbnail} label="" />
      </span>
      {marked === 0 ? null : (
        <span class="history-star" aria-hidden="true">
          ★
        </span>
      )}
    </button>
  );
}
