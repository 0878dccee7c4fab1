import type { ModelSpec } from '@isonoise/bundle';
import { sizeText } from '@isonoise/data';
import type { JSX } from 'preact';
import { CheckField } from '../ui/check-field.tsx';
import { Fold } from '../ui/fold.tsx';
import { TextField } from '../ui/text-field.tsx';
import { hasWindows, windowsOf } from './canvas-texts.ts';
import { change, type FormSignal } from './form-signal.ts';
import type { FormErrors } from './request-form.ts';

interface CanvasFieldsProps {
  readonly source: FormSignal;
  readonly spec: ModelSpec | null;
  readonly errors: FormErrors;
}

/** The fields of pictures that are larger than the model's images, or that are tiles. */
export function CanvasFields({ source, spec, errors }: CanvasFieldsProps): JSX.Element {
  const form = source.value;
  const image = spec?.image ?? null;
  const isUsed = hasWindows(form);
  return (
    <Fold
      summary="Larger pictures and tiles"
      needed={isUsed || errors.canvas !== undefined || errors.stride !== undefined}
    >
      <div class="stack">
        <div class="pair">
          <TextField
            label="Size"
            placeholder={image === null ? undefined : sizeText(image)}
            value={form.canvas}
            error={errors.canvas}
            onInput={(canvas) =>
              change(isUsed || canvas !== '' ? { canvas } : { canvas, stride: '' }, source)
            }
          />
          <TextField
            label="Stride"
            numeric
            placeholder={image === null ? undefined : String(windowsOf(image, image).stride)}
            value={form.stride}
            error={errors.stride}
            blocked={isUsed || form.stride !== '' ? null : 'Needs a size or tiles.'}
            onInput={(stride) => change({ stride }, source)}
          />
        </div>
        <CheckField
          label="Copies of the picture fit side by side"
          checked={form.tile !== ''}
          onChange={(tile) => change({ tile: tile ? 'true' : '' }, source)}
        />
        <p class="hint">
          Width and height, such as 96x64. The model draws overlapping windows of its own size. A smaller
          stride, the distance between windows in pixels, gives fewer seams and takes longer.
        </p>
      </div>
    </Fold>
  );
}
