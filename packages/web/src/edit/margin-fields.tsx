import { MARGINS } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from '../shell.ts';
import { Button } from '../ui/button.tsx';
import { Fold } from '../ui/fold.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { Layers } from './layers.ts';
import { firstMargins, type MarginTexts, readMargins } from './margins.ts';
import type { PaintStore } from './paint-store.ts';

interface MarginFieldsProps {
  readonly store: PaintStore;
  readonly layers: Layers;
  /** Shape of the model's images. */
  readonly image: ImageShape;
}

const LABELS: { readonly [K in keyof MarginTexts]: string } = {
  left: 'Left',
  right: 'Right',
  top: 'Top',
  bottom: 'Bottom',
};

/** Fields that continue the picture beyond its borders. */
export function MarginFields({ store, layers, image }: MarginFieldsProps): JSX.Element {
  const [typed, setTyped] = useState<MarginTexts | null>(null);
  const texts = typed ?? firstMargins(image);
  const read = readMargins(texts, layers, image);
  const errors = 'errors' in read ? read.errors : {};
  function add(): void {
    if (!('margins' in read)) return;
    store.enlarge(read.margins);
    const now = store.layers.value;
    if (now !== null)
      announce(`The canvas has ${now.width} × ${now.height} pixels. The new ones are masked.`);
  }
  return (
    <Fold summary="Continue beyond the borders">
      <div class="stack">
        <div class="margins">
          {MARGINS.map((name) => (
            <TextField
              key={name}
              label={LABELS[name]}
              value={texts[name]}
              error={errors[name]}
              onInput={(text) => setTyped({ ...texts, [name]: text })}
            />
          ))}
        </div>
        <div class="row">
          <Button blocked={'margins' in read ? null : 'Correct the marked numbers first.'} onClick={add}>
            Add border
          </Button>
        </div>
        <p class="hint">
          Pixels to add at each side; negative numbers cut pixels off. The new pixels are masked, so that Draw
          continues the picture.
        </p>
      </div>
    </Fold>
  );
}
