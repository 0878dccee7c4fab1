import { PRESET_NAMES } from '@isonoise/train/presets';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { CORES, changeSettings, settings, takeFolder } from './chosen-settings.ts';
import { FolderDrop } from './folder-drop.tsx';
import { HEADING } from './heading.ts';
import { type FormProblems, presetFields, readForm } from './train-form.ts';
import { beginTraining } from './training-store.ts';

type NumericField = 'size' | 'steps' | 'batchSize' | 'seed' | 'channels' | 'threads';

const PRESET_TEXTS = {
  quick: 'Quick: recognisable digits',
  base: 'Base: clean digits, in hours',
  large: 'Large: for a GPU',
  sprites: 'Sprites',
  icons: 'Icons',
  photos: 'Photos',
  textures: 'Textures',
} as const;

/** The form of a new run. */
export function TrainSettings(): JSX.Element {
  const [asked, setAsked] = useState(false);
  const { form, folder } = settings.value;
  const read = readForm(form, CORES);
  const problems: FormProblems = 'problems' in read ? read.problems : {};
  const needsFolder = form.data === 'folder' && folder === null;

  function onSubmit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    setAsked(true);
    if (!('choice' in read)) showFirstProblem(event.currentTarget);
    else if (!needsFolder) {
      const own = form.data === 'folder' && folder !== null;
      beginTraining(read.choice, own ? { kind: 'folder', ...folder } : { kind: 'mnist' });
    }
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
          onInput={(event) => changeSettings({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );

  return (
    <form class="card" onSubmit={onSubmit} noValidate>
      <h2 id={HEADING} tabIndex={-1}>
        Train a model here
      </h2>
      <Choice
        label="Images"
        value={form.data}
        options={[
          { value: 'mnist', text: 'MNIST digits' },
          { value: 'folder', text: 'Your images' },
        ]}
        onChange={(data) => changeSettings({ data })}
      />
      {form.data === 'mnist' ? (
        <p class="hint">The first 10,000 handwritten digits of MNIST, 28 × 28 pixels, in ten classes.</p>
      ) : (
        <>
          <FolderDrop folder={folder} onFolder={takeFolder} />
          {asked && needsFolder ? (
            <p class="hint wrong" role="alert">
              Drop or choose images before training.
            </p>
          ) : null}
          <div class="pair">
            {numeric('size', 'Scale to')}
            <Choice
              label="Colours"
              value={form.grayscale ? 'grey' : 'colour'}
              options={[
                { value: 'colour', text: 'Colour' },
                { value: 'grey', text: 'Grey' },
              ]}
              onChange={(value) => changeSettings({ grayscale: value === 'grey' })}
            />
          </div>
          <Choice
            label="Unreadable files"
            value={form.skipBad ? 'skip' : 'stop'}
            options={[
              { value: 'stop', text: 'Stop and name them' },
              { value: 'skip', text: 'Leave them out' },
            ]}
            onChange={(value) => changeSettings({ skipBad: value === 'skip' })}
          />
        </>
      )}
      <SelectField
        label="Recipe"
        value={form.preset}
        options={PRESET_NAMES.map((value) => ({ value, text: PRESET_TEXTS[value] }))}
        onChange={(preset) => changeSettings(presetFields(preset))}
      />
      <div class="pair">
        {numeric('steps', 'Steps')}
        {numeric('batchSize', 'Images per step')}
      </div>
      <Fold summary="Network, seed and device">
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
            onChange={(device) => changeSettings({ device })}
          />
          {form.device === 'wasm' ? numeric('threads', 'Threads') : null}
        </div>
      </Fold>
      <Button kind="primary" submit>
        Train
      </Button>
    </form>
  );
}

/** Focuses the first invalid field, and opens the collapsible section around it if needed. */
function showFirstProblem(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>('[aria-invalid="true"]');
  const fold = field?.closest('details') ?? null;
  if (fold !== null) fold.open = true;
  field?.focus();
}
