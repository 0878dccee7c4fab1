import type { JSX } from 'preact';
import { ErrorCard } from '../errors/error-card.tsx';
import { asSentence, bytes, countOf } from '../text/format.ts';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Note } from '../ui/note.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { ImageLook, NamedCount } from './image-look.ts';
import type { LookState } from './look-store.ts';
import { inPageWords } from './page-words.ts';

/** Images per row of the thumbnails. */
const COLUMNS = 8;

/** Shows images before a run begins: thumbnails, classes, tags, and what to check. */
export function ImageLookCard({ state: { stage, look, error } }: { readonly state: LookState }): JSX.Element {
  return (
    <section class="card" aria-label="The images">
      <h2>The images</h2>
      {stage === null ? null : <ProgressBar label={stage.text} value={stage.done} />}
      {error === null ? null : <ErrorCard error={error} />}
      {look === null || error !== null ? null : <Look look={look} />}
    </section>
  );
}

function Look({ look }: { readonly look: ImageLook }): JSX.Element {
  const { thumbnails, count, shape, classes, tags, notes, warnings, advice } = look;
  const colours = { 1: 'grey', 3: 'in colour', 4: 'in colour with transparency' }[shape.channels];
  const shown = thumbnails.shape[0];
  return (
    <>
      <div class="stage thumbnails">
        <ImageGrid
          images={thumbnails}
          columns={Math.min(COLUMNS, shown)}
          label={`${shown} of ${countOf(count, 'image')}`}
        />
      </div>
      <p class="hint">
        {countOf(count, 'image')} of {shape.width} × {shape.height}, {colours}, {bytes(look.bytes)}
        {shown < count ? `; ${shown} of them are shown` : ''}
      </p>
      <Counts title="Classes" counts={classes} />
      <Counts title="Tags" counts={tags} />
      <Remarks title="Check these" remarks={warnings.map(inPageWords)} />
      <Remarks title="Advice" remarks={advice.map(asRemark)} />
      <Remarks title="About these images" remarks={notes.map(asRemark)} />
    </>
  );
}

const asRemark = (text: string): string => asSentence(inPageWords(text));

/** Maximum number of names in a list; sets of icons have hundreds of tags. */
const LISTED = 40;

function Counts({
  title,
  counts,
}: {
  readonly title: string;
  readonly counts: readonly NamedCount[] | null;
}): JSX.Element | null {
  if (counts === null) return null;
  const more = counts.length - LISTED;
  return (
    <div>
      <h3>
        {title} <span class="quiet numbers">{counts.length}</span>
      </h3>
      <ul class="counts">
        {counts.slice(0, LISTED).map(({ name, count }) => (
          <li key={name}>
            {name} <small>{count}</small>
          </li>
        ))}
        {more > 0 ? <li class="quiet">and {more} more</li> : null}
      </ul>
    </div>
  );
}

function Remarks({
  title,
  remarks,
}: {
  readonly title: string;
  readonly remarks: readonly string[];
}): JSX.Element | null {
  if (remarks.length === 0) return null;
  return (
    <Note title={title}>
      <ul class="remarks">
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </Note>
  );
}
