import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RequestForm } from '../request/request-form.ts';
import { catalog, chosenSpec, sourceNamed } from '../stores.ts';
import { type ByteImages, ImageGrid } from '../ui/image-grid.tsx';
import { exampleRequest } from './example-request.ts';

interface ExamplesProps {
  /** Draws a request with these fields. */
  readonly onDraw: (fields: Partial<RequestForm>) => void;
}

/** Images of the chosen model's sample sheet, before anything is drawn. A click draws more of their kind. */
export function Examples({ onDraw }: ExamplesProps): JSX.Element | null {
  const spec = chosenSpec.value;
  const [sheet, setSheet] = useState<{ readonly of: string; readonly images: ByteImages } | null>(null);
  const name = spec?.name ?? '';
  useEffect(() => {
    const source = sourceNamed(name);
    if (spec === null || source === undefined) return;
    // If the sheet of a previous model arrives late, it must not replace the current sheet.
    let isCurrent = true;
    const show = (images: ByteImages | null): void => {
      if (isCurrent) setSheet(images === null ? null : { of: name, images });
    };
    // The code that reads sheets is loaded after the form. Models without a sheet have no examples.
    import('../model/sample-sheet.ts')
      .then(({ readSheet }) => readSheet(source, spec))
      .then(show, () => show(null));
    return () => {
      isCurrent = false;
    };
  }, [name, catalog.value]);
  if (spec === null || sheet === null || sheet.of !== name) return null;
  const { images } = sheet;
  const subjects = Array.from({ length: images.shape[0] }, (_, i) => exampleRequest(i, spec));
  const kinds = spec.tags !== undefined ? 'tag' : spec.classes !== null ? 'class' : null;
  return (
    <section class="card" aria-label="Examples">
      <h2>Examples of {spec.name}</h2>
      <div class="stage">
        <ImageGrid
          images={images}
          label={`${images.shape[0]} images of the model’s sample sheet`}
          columns={10}
          share={0.4}
          fill
          labelOf={(i) => `Draw ${subjects[i]?.subject ?? 'more'}`}
          onOpen={(i) => onDraw(subjects[i]?.fields ?? {})}
        />
      </div>
      <p class="hint">
        The model’s author drew these. Click one to draw{' '}
        {kinds === null ? 'more.' : `eight images with its ${kinds}.`}
      </p>
    </section>
  );
}
