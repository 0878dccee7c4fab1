import type { ModelSpec } from '@isonoise/bundle';
import { fitsAsGuide } from '@isonoise/runtime';
import { describeGuidanceDefault, guidanceSettingNames, guidanceSettings } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { knownSpecs } from '../stores.ts';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { change, type FormSignal } from './form-signal.ts';
import { canGuide, type FormErrors } from './request-form.ts';
import { SettingField } from './setting-field.tsx';

interface GuidanceFieldsProps {
  readonly source: FormSignal;
  readonly spec: ModelSpec | null;
  readonly errors: FormErrors;
}

/** The fields of the guide and of all guidance settings except the scale. */
export function GuidanceFields({ source, spec, errors }: GuidanceFieldsProps): JSX.Element {
  const form = source.value;
  const names = ['guide', ...guidanceSettingNames] as const;
  const guides = spec === null ? [] : knownSpecs.value.filter((each) => isOtherGuide(spec, each));
  const isListed = form.guide === '' || guides.some(({ name }) => name === form.guide);
  return (
    <Fold
      summary="Guide, rescale and interval"
      needed={names.some((name) => errors[name] !== undefined || form[name] !== '')}
    >
      <div class="stack">
        <SelectField
          label="Guide"
          hint="A weaker model, such as an earlier checkpoint. Guidance moves images away from its output."
          value={form.guide}
          error={errors.guide}
          options={[
            { value: '', text: 'The model without a class' },
            ...(isListed ? [] : [{ value: form.guide, text: form.guide }]),
            ...guides.map(({ name }) => ({ value: name, text: name })),
          ]}
          onChange={(guide) => change({ guide }, source)}
        />
        {spec !== null && canGuide(form, spec)
          ? guidanceSettingNames.map((name) => (
              <SettingField
                key={name}
                setting={guidanceSettings[name]}
                value={form[name]}
                usual={describeGuidanceDefault(name)}
                error={errors[name]}
                onChange={(text) => change({ [name]: text }, source)}
              />
            ))
          : null}
      </div>
    </Fold>
  );
}

const isOtherGuide = (spec: ModelSpec, other: ModelSpec): boolean =>
  other.name !== spec.name && fitsAsGuide(spec, other);
