import { type LookRecord, noPaletteReason } from '@isonoise/data';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { modelLooks } from '../stores.ts';
import { countOf } from '../text/format.ts';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import type { FinishTexts } from './finish-texts.ts';
import { change, type FormSignal } from './form-signal.ts';
import type { FormErrors } from './request-form.ts';

interface FinishFieldsProps {
  readonly source: FormSignal;
  readonly errors: FormErrors;
  /** Whether the pictures can be made symmetric. */
  readonly hasSymmetry: boolean;
}

/** The fields that change finished pictures. The palette is offered only if the model records one. */
export function FinishFields({ source, hasSymmetry }: FinishFieldsProps): JSX.Element | null {
  const { model, palette, symmetry } = source.value;
  const look = modelLooks.known(model);
  useEffect(() => {
    // A failure is reported when the pictures are drawn.
    if (model !== '' && look === undefined) modelLooks.of(model).catch(() => {});
  }, [model, look]);
  const colours = look?.palette?.length ?? 0;
  const hasPalette = colours > 0 || palette !== '';
  if (!hasPalette && !hasSymmetry) return null;
  return (
    <Fold
      summary={hasSymmetry ? 'Palette and symmetry' : 'Palette'}
      needed={palette !== '' || symmetry !== ''}
    >
      <div class="stack">
        {hasPalette ? (
          <SelectField<FinishTexts['palette']>
            label="Palette"
            hint="The model records the colours of its training images."
            value={palette}
            error={palette !== '' && look !== undefined && colours === 0 ? noPaletteText(look) : undefined}
            options={[
              { value: '', text: 'All colours' },
              {
                value: 'auto',
                text: colours === 0 ? 'The model’s colours' : `The model’s ${countOf(colours, 'colour')}`,
              },
            ]}
            onChange={(value) => change({ palette: value }, source)}
          />
        ) : look === undefined ? null : (
          <p class="hint">{noPaletteText(look)}</p>
        )}
        {hasSymmetry ? (
          <SelectField<FinishTexts['symmetry']>
            label="Symmetry"
            hint="Suits models of symmetric pictures, such as sprites."
            value={symmetry}
            options={[
              { value: '', text: 'As drawn' },
              { value: 'mirror', text: 'The right half mirrors the left' },
            ]}
            onChange={(value) => change({ symmetry: value }, source)}
          />
        ) : null}
      </div>
    </Fold>
  );
}

const noPaletteText = (look: LookRecord | null): string =>
  look === null
    ? 'This model does not record the colours of its training images.'
    : `This model does not record a palette, because ${noPaletteReason(look)}.`;
