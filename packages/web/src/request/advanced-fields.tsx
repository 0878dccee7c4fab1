import { type ModelSpec, schedulerMeaning, spacingText } from '@isonoise/bundle';
import { usualSettings, variancesOf } from '@isonoise/runtime';
import {
  clipSetting,
  type Setting,
  type SettingName,
  samplers,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import { SPACINGS } from '@isonoise/schedule';
import type { JSX } from 'preact';
import { hasWebGpu } from '../app/site.ts';
import { settings } from '../stores.ts';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { change, type FormSignal } from './form-signal.ts';
import { type FormErrors, spacingsOf } from './request-form.ts';
import { SettingField } from './setting-field.tsx';
import { shownSettings } from './setting-texts.ts';

/** Returns the declaration of a setting, with only the choices that fit the model. */
function fittingSetting(name: SettingName, spec: ModelSpec | null): Setting {
  const setting = settingOf(name);
  if (name !== 'variance' || setting.kind !== 'choice' || spec === null) return setting;
  const known: readonly string[] = variancesOf(spec);
  const choices = Object.entries(setting.choices).filter(([choice]) => known.includes(choice));
  return { ...setting, choices: Object.fromEntries(choices) };
}

interface AdvancedFieldsProps {
  readonly source: FormSignal;
  readonly spec: ModelSpec | null;
  readonly errors: FormErrors;
}

const MOST_THREADS = 8;

/** Settings that are rarely changed: the device, threads, spacing and the sampler's settings. */
export function AdvancedFields({ source, spec, errors }: AdvancedFieldsProps): JSX.Element {
  const form = source.value;
  const names = settingsOf(form.sampler);
  const meaning = spec === null ? null : schedulerMeaning(spec.scheduler);
  const usual = spec === null ? samplers[form.sampler].settings : usualSettings(spec, form.sampler);
  const { provider, threads } = settings.value;
  const cores = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
  const counts = Array.from({ length: cores }, (_, i) => String(i + 1));
  return (
    <Fold summary="Advanced" needed={[...names, 'clip' as const].some((name) => errors[name] !== undefined)}>
      <div class="stack">
        <SelectField
          label="Runs on"
          value={provider}
          options={[
            { value: 'auto', text: 'The fastest' },
            { value: 'wasm', text: 'CPU (WebAssembly)' },
            ...(hasWebGpu ? [{ value: 'webgpu' as const, text: 'GPU (WebGPU)' }] : []),
          ]}
          onChange={(chosen) => {
            settings.value = { ...settings.value, provider: chosen };
          }}
        />
        <SelectField
          label="CPU threads"
          hint="With a different number, a single image without guidance can differ by one grey level in a pixel. Batches of several images did not differ in our measurements."
          value={threads === null ? '' : String(threads)}
          options={[{ value: '', text: 'Automatic' }, ...counts.map((value) => ({ value, text: value }))]}
          onChange={(text) => {
            settings.value = { ...settings.value, threads: text === '' ? null : Number(text) };
          }}
        />
        <SelectField
          label="Spacing"
          value={form.spacing}
          options={[
            {
              value: '',
              text: `The model’s${meaning === null ? '' : `: ${spacingText(meaning.spacing)}`}`,
            },
            ...(spec === null ? SPACINGS : spacingsOf(spec)).map((value) => ({ value, text: value })),
          ]}
          onChange={(spacing) => change({ spacing }, source)}
        />
        {shownSettings(form.sampler, form, usual).map((name) => (
          <SettingField
            key={name}
            setting={fittingSetting(name, spec)}
            value={form[name]}
            usual={usual[name]}
            error={errors[name]}
            onChange={(text) => change({ [name]: text }, source)}
          />
        ))}
        <SettingField
          setting={clipSetting}
          value={form.clip}
          usual={meaning?.clip === false ? null : meaning?.clip}
          error={errors.clip}
          onChange={(clip) => change({ clip }, source)}
        />
      </div>
    </Fold>
  );
}
