import type { ModelSpec } from '@isonoise/bundle';
import { drawingSamplers, samplers, samplerTexts } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { asSentence } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { TextField } from '../ui/text-field.tsx';
import { ALL_CLASSES, chosenClass, classText } from './class-text.ts';
import { change, type FormSignal } from './form-signal.ts';
import { recommendedGuidance } from './guidance-scale.ts';
import { randomSeed } from './random-seed.ts';
import { type FormErrors, guidanceBlock, samplersOf } from './request-form.ts';
import { settingTexts } from './setting-texts.ts';
import { TagField } from './tag-field.tsx';

interface RequestFieldsProps {
  readonly source: FormSignal;
  readonly spec: ModelSpec | null;
  readonly errors: FormErrors;
}

/** The main settings of a request. */
export function RequestFields({ source, spec, errors }: RequestFieldsProps): JSX.Element {
  const form = source.value;
  const names = spec?.classes?.names ?? [];
  const chosen = spec === null ? null : chosenClass(form, spec);
  const needsClass = spec?.classes?.nullClass === null;
  // A link may name a sampler that does not fit. It stays selected, with its error, until another is chosen.
  const offered = drawingSamplers.filter(
    (name) => spec === null || name === form.sampler || samplersOf(spec).includes(name),
  );
  const T = spec?.scheduler.num_train_timesteps ?? 1000;
  const usual = spec === null ? undefined : String(recommendedGuidance(form, spec));
  return (
    <>
      {spec?.tags !== undefined ? (
        <TagField
          known={spec.tags}
          value={form.class}
          error={errors.class}
          onChange={(tags) => change({ class: tags }, source)}
        />
      ) : names.length === 0 && errors.class === undefined ? null : (
        <SelectField
          label="Class"
          // If a class was chosen by its number, its name is shown.
          value={chosen === null ? form.class : classText(names, chosen.label)}
          error={errors.class}
          options={[
            // A link may name an unknown class: report it instead of silently replacing it.
            ...(errors.class === undefined
              ? []
              : [{ value: form.class, text: `${form.class} · not available` }]),
            ...(needsClass ? [] : [{ value: '', text: 'Any (without a class)' }]),
            ...(names.length === 0 ? [] : [{ value: ALL_CLASSES, text: 'All, in turn' }]),
            ...names.map((name, label) => ({ value: classText(names, label), text: name })),
          ]}
          onChange={(name) => change({ class: name }, source)}
        />
      )}
      <div class="with-button">
        <TextField
          label="Seed"
          numeric
          value={form.seed}
          error={errors.seed}
          onInput={(seed) => change({ seed }, source)}
        />
        <button
          type="button"
          class="icon-button"
          aria-label="Random seed"
          title="Random seed"
          onClick={() => change({ seed: randomSeed((words) => crypto.getRandomValues(words)) }, source)}
        >
          <DiceIcon />
        </button>
      </div>
      {form.images === '' ? null : (
        <div class="row">
          <p class={errors.images === undefined ? 'hint' : 'hint wrong'}>
            {errors.images ??
              `Only ${form.images.includes(',') ? 'images' : 'image'} ${form.images} of the seed`}
          </p>
          <Button kind="quiet" onClick={() => change({ images: '' }, source)}>
            All images
          </Button>
        </div>
      )}
      <div class="pair">
        <TextField
          label="Images"
          numeric
          value={form.count}
          error={errors.count}
          blocked={form.images === '' ? null : 'Only the images named above are drawn.'}
          onInput={(count) => change({ count }, source)}
        />
        <TextField
          label="Steps"
          numeric
          value={form.steps}
          error={errors.steps}
          onInput={(steps) => change({ steps }, source)}
        />
      </div>
      <SelectField
        label="Sampler"
        hint={asSentence(samplerTexts[form.sampler].summary)}
        value={form.sampler}
        options={offered.map((value) => ({ value, text: samplerTexts[value].title }))}
        onChange={(sampler) =>
          change(
            {
              sampler,
              steps: String(samplers[sampler].defaultSteps(T)),
              ...settingTexts(sampler),
            },
            source,
          )
        }
      />
      <TextField
        label="Guidance"
        numeric
        value={form.guidance}
        placeholder={usual}
        hint={
          usual === undefined || ['', usual].includes(form.guidance.trim()) ? undefined : `Default: ${usual}.`
        }
        error={errors.guidance}
        blocked={spec === null ? 'Choose a model first.' : guidanceBlock(form, spec)}
        onInput={(guidance) => change({ guidance }, source)}
      />
    </>
  );
}

function DiceIcon(): JSX.Element {
  const pips = [8, 12, 16].map((at) => <circle key={at} cx={at} cy={at} r="1.5" fill="currentColor" />);
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <rect x="4" y="4" width="16" height="16" rx="4" fill="none" stroke="currentColor" stroke-width="1.8" />
      {pips}
    </svg>
  );
}
