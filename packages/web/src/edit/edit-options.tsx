import type { JSX } from 'preact';
import { Choice } from '../ui/choice.tsx';
import { Slider } from '../ui/slider.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { EditFields, ReadEdit } from './edit-fields.ts';

interface EditOptionsProps {
  readonly fields: EditFields;
  readonly read: ReadEdit | null;
  readonly isMasked: boolean;
  readonly onChange: (fields: Partial<EditFields>) => void;
}

/** Fields for the strength and for the masked part. */
export function EditOptions({ fields, read, isMasked, onChange }: EditOptionsProps): JSX.Element {
  const errors = read !== null && 'errors' in read ? read.errors : {};
  const repeats = Number(fields.resample) > 1;
  return (
    <div class="stack edit-options">
      {isMasked ? (
        <Choice<EditFields['masked']>
          label="Masked part"
          value={fields.masked}
          options={[
            { value: 'new', text: 'Drawn again' },
            { value: 'changed', text: 'Changed' },
          ]}
          onChange={(masked) => onChange({ masked })}
        />
      ) : null}
      {isMasked && fields.masked === 'new' ? null : (
        <div>
          <Slider
            label="Strength"
            value={fields.strength}
            min={0.05}
            max={1}
            step={0.05}
            text={`${Math.round(100 * fields.strength)} %`}
            onInput={(strength) => onChange({ strength })}
          />
          <p class={errors.strength === undefined ? 'hint' : 'hint wrong'}>
            {errors.strength ?? 'Low values keep most of the picture; 100 % keeps almost nothing.'}
          </p>
        </div>
      )}
      {isMasked ? (
        <div class="pair">
          <TextField
            label="Resampling"
            numeric
            hint="Higher numbers blend better but take longer."
            value={fields.resample}
            error={errors.resample}
            onInput={(resample) => onChange({ resample })}
          />
          <TextField
            label="Jump"
            numeric
            hint="Steps per repetition."
            value={fields.jump}
            error={errors.jump}
            blocked={repeats ? null : 'Only if resampling is above 1.'}
            onInput={(jump) => onChange({ jump })}
          />
        </div>
      ) : null}
      <label class="check">
        <input
          type="checkbox"
          checked={fields.live}
          onChange={(event) => onChange({ live: event.currentTarget.checked })}
        />
        Draw the first image after each stroke
      </label>
    </div>
  );
}
