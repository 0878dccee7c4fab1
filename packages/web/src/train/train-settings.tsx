import { PRESET_NAMES } from '@isonoise/train/presets';
import { signal } from '@preact/signals';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { SelectField } from '../ui/select-field.tsx';
import type { PickedFolder } from './dropped-folder.ts';
import { FolderDrop } from './folder-drop.tsx';
import { defaultForm, type FormProblems, presetFields, readForm, type TrainForm } from './train-form.ts';
import { beginTraining } from './training-store.ts';

/** Threads that the page may use. */
const CORES = crossOriginIsolated ? navigator.hardwareConcurrency : 1;

/** Outlives the form, which a run takes the place of. */
const settings = signal<{ readonly form: TrainForm; readonly folder: PickedFolder | null }>({
  form: defaultForm(CORES),
  folder: null,
});

type NumericField = 'size' | 'steps' | 'batchSize' | 'seed' | 'channels' | 'threads';

const PRESET_TEXTS = {
  quick: 'Quick: recognisable digits',
  base: 'Base: clean digits, hours in a tab',
  large: 'Large: for a GPU',
} as const;

interface TrainSettingsProps {
  readonly onError: (error: unknown) => void;
}

/** What to train, and how. */
export function TrainSettings({ onError }: TrainSettingsProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const { form, folder } = settings.value;
  const change = (fields: Partial<TrainForm>): void => {
    settings.value = { ...settings.value, form: { ...form, ...fields } };
  };
  const setFolder = (picked: PickedFolder): void => {
    settings.value = { ...settings.value, folder: picked };
  };
  const read = readForm(form, CORES);
  const problems: FormProblems = 'problems' in read ? read.problems : {};
  const needsFolder = form.data === 'folder' && folder === null;

  function onSubmit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    setAsked(true);
    if (!('choice' in read) || needsFolder) return;
    beginTraining(
      read.choice,
      folder === null || form.data === 'mnist' ? { kind: 'mnist' } : { kind: 'folder', ...folder },
    );
  }

  const numeric = (name: NumericField, label: string): JSX.Element => (
    <Field label={label} error={problems[name] ?? null}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode={name === 'channels' ? 'text' : 'numeric'}
          class="numbers"
          value={form[name]}
          onInput={(event) => change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );

  return (
    <form class="card" onSubmit={onSubmit} noValidate>
      <h2>Train a model here</h2>
      <Choice
        label="Images"
        value={form.data}
        options={[
          { value: 'mnist', text: 'MNIST digits' },
          { value: 'folder', text: 'Your images' },
        ]}
        onChange={(data) => change({ data })}
      />
      {form.data === 'mnist' ? (
        <p class="hint">The first 10,000 handwritten digits of MNIST, 28 × 28 pixels, in ten classes.</p>
      ) : (
        <>
          <FolderDrop folder={folder} onFolder={setFolder} onError={onError} />
          {asked && needsFolder ? <p class="hint wrong">Drop or choose a folder first.</p> : null}
          <div class="pair">
            {numeric('size', 'Scale to')}
            <Choice
              label="Colours"
              value={form.grayscale ? 'grey' : 'colour'}
              options={[
                { value: 'colour', text: 'Colour' },
                { value: 'grey', text: 'Grey' },
              ]}
              onChange={(value) => change({ grayscale: value === 'grey' })}
            />
          </div>
        </>
      )}
      <SelectField
        label="Recipe"
        value={form.preset}
        options={PRESET_NAMES.map((value) => ({ value, text: PRESET_TEXTS[value] }))}
        onChange={(preset) => change(presetFields(preset))}
      />
      <div class="pair">
        {numeric('steps', 'Steps')}
        {numeric('batchSize', 'Images a step')}
      </div>
      <details>
        <summary>Network, seed and device</summary>
        <div class="stack">
          {numeric('channels', 'Channels, finest level first')}
          {numeric('seed', 'Seed')}
          <Choice
            label="Device"
            value={form.device}
            options={[
              { value: 'wasm', text: 'WebAssembly' },
              { value: 'webgpu', text: 'WebGPU' },
            ]}
            onChange={(device) => change({ device })}
          />
          {form.device === 'wasm' ? numeric('threads', 'Threads') : null}
        </div>
      </details>
      <Button kind="primary" submit>
        Train
      </Button>
    </form>
  );
}
