import type { ModelSpec } from '@isonoise/bundle';
import type { JSX } from 'preact';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { TextField } from '../ui/text-field.tsx';
import { isBetween } from './between-texts.ts';
import { chosenClass, classText } from './class-text.ts';
import { change, type FormSignal } from './form-signal.ts';
import type { FormErrors } from './request-form.ts';
import { quietFields } from './sampler-noise.ts';

interface BetweenFieldsProps {
  readonly source: FormSignal;
  readonly spec: ModelSpec | null;
  readonly errors: FormErrors;
}

/** The fields of pictures between two seeds, two classes or two lists of tags. */
export function BetweenFields({ source, spec, errors }: BetweenFieldsProps): JSX.Element {
  const form = source.value;
  const names = spec?.classes?.names ?? [];
  const chosen = spec === null ? null : chosenClass({ class: form.toClass }, spec);
  return (
    <Fold
      summary="In-between pictures"
      needed={isBetween(form) || errors.toSeed !== undefined || errors.toClass !== undefined}
    >
      <div class="stack">
        <p class="hint">
          The fields above describe the first picture. The fields below describe the last one; an empty field
          takes the value of the first.
        </p>
        <TextField
          label="Ends with seed"
          numeric
          placeholder={form.seed}
          value={form.toSeed}
          error={errors.toSeed}
          onInput={(toSeed) => {
            const isFirst = form.toSeed === '' && toSeed !== '';
            // The default sampler of most models adds noise, so it cannot draw between two seeds.
            change({ toSeed, ...(isFirst && spec !== null ? quietFields(form, spec) : {}) }, source);
          }}
        />
        {spec?.tags !== undefined ? (
          <TextField
            label="Ends with"
            value={form.toClass}
            error={errors.toClass}
            onInput={(toClass) => change({ toClass }, source)}
          />
        ) : names.length === 0 && form.toClass === '' ? null : (
          <SelectField
            label="Ends with"
            value={chosen === null ? form.toClass : classText(names, chosen.label)}
            error={errors.toClass}
            options={[
              { value: '', text: 'The same class' },
              ...(chosen === null && form.toClass !== ''
                ? [{ value: form.toClass, text: `${form.toClass} · not available` }]
                : []),
              ...names.map((name, label) => ({ value: classText(names, label), text: name })),
            ]}
            onChange={(toClass) => change({ toClass }, source)}
          />
        )}
      </div>
    </Fold>
  );
}
