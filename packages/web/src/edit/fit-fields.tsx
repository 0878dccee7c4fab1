import { KERNELS, SCALING_FITS } from '@isonoise/data';
import type { JSX } from 'preact';
import { FIT_TEXTS, KERNEL_TEXTS, optionsOf } from '../train/picture-texts.ts';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import type { Fitting } from './open-picture.ts';

interface FitFieldsProps {
  readonly fitting: Fitting;
  readonly onChange: (fitting: Fitting) => void;
}

/** Fields for fitting a picture of a different size to the canvas. */
export function FitFields({ fitting, onChange }: FitFieldsProps): JSX.Element {
  return (
    <Fold summary="Fit of opened pictures">
      <div class="stack">
        <SelectField
          label="Fit"
          value={fitting.fit}
          options={optionsOf(SCALING_FITS, FIT_TEXTS)}
          onChange={(fit) => onChange({ ...fitting, fit })}
        />
        <SelectField
          label="Scaling"
          value={fitting.kernel}
          options={optionsOf(KERNELS, KERNEL_TEXTS)}
          onChange={(kernel) => onChange({ ...fitting, kernel })}
        />
      </div>
    </Fold>
  );
}
