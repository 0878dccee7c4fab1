import type { JSX } from 'preact';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { TextField } from '../ui/text-field.tsx';
import { COLOURS, FITS, KERNEL_CHOICES, type PictureFields, TAG_SOURCES } from './picture-choice.ts';
import { FIT_TEXTS, KERNEL_TEXTS, optionsOf, type Texts } from './picture-texts.ts';
import type { FormProblems } from './train-form.ts';
import { changeSettings, settings } from './training-stores.ts';

const COLOUR_TEXTS: Texts<PictureFields['colours']> = {
  auto: 'Colour',
  alpha: 'Colour with transparency',
  opaque: 'Colour without transparency',
  grey: 'Grey',
};
const TAG_TEXTS: Texts<PictureFields['tags']> = {
  metadata: 'From metadata',
  names: 'Words of file names',
  none: 'None',
};

/** Fields that determine how files become images. */
export function PictureFieldset({ problems }: { readonly problems: FormProblems }): JSX.Element {
  const { form } = settings.value;
  const text = (
    name: 'size' | 'background' | 'atlas' | 'atlasMargin' | 'atlasSpacing',
    label: string,
    hint: string,
  ): JSX.Element => (
    <TextField
      label={label}
      hint={hint}
      value={form[name]}
      error={problems[name]}
      onInput={(value) => changeSettings({ [name]: value })}
    />
  );
  return (
    <>
      {text('size', 'Scale to', 'Pixels, such as 32, or 64x32.')}
      <SelectField
        label="Colours"
        hint={form.colours === 'auto' ? 'With transparency if an image is transparent.' : undefined}
        value={form.colours}
        options={optionsOf(COLOURS, COLOUR_TEXTS)}
        onChange={(colours) => changeSettings({ colours })}
      />
      <SelectField
        label="Tags"
        value={form.tags}
        options={optionsOf(TAG_SOURCES, TAG_TEXTS)}
        onChange={(tags) => changeSettings({ tags })}
      />
      <Fold
        summary="Fit, scaling, background and atlas"
        needed={(['background', 'atlas', 'atlasMargin', 'atlasSpacing'] as const).some(
          (name) => problems[name] !== undefined,
        )}
      >
        <div class="stack">
          <SelectField
            label="Fit"
            value={form.fit}
            options={optionsOf(FITS, FIT_TEXTS)}
            onChange={(fit) => changeSettings({ fit })}
          />
          <SelectField
            label="Scaling"
            hint={form.kernel === 'auto' ? 'Nearest for pixel art, otherwise smooth.' : undefined}
            value={form.kernel}
            options={optionsOf(KERNEL_CHOICES, KERNEL_TEXTS)}
            onChange={(kernel) => changeSettings({ kernel })}
          />
          {text('background', 'Background', 'Behind transparent parts, such as #ff8800. White if empty.')}
          {text('atlas', 'Cut atlases into cells of', 'Such as 16x16. If empty, each file is one image.')}
          {form.atlas.trim() === '' ? null : (
            <div class="pair">
              {text('atlasMargin', 'Margin of atlases', 'Pixels around the cells.')}
              {text('atlasSpacing', 'Spacing of cells', 'Pixels between cells.')}
            </div>
          )}
        </div>
      </Fold>
    </>
  );
}
