import { PRESET_NAMES } from '@isonoise/train/presets';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hasWebGpu } from '../app/site.ts';
import { knownSpecs, loadCatalog, sourceNamed } from '../stores.ts';
import { duration } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { showFirstProblem } from '../ui/show-first-problem.ts';
import { TextField } from '../ui/text-field.tsx';
import { type FormState, formState } from './chosen-run.ts';
import { FolderDrop } from './folder-drop.tsx';
import { FORM_HEADING } from './heading.ts';
import { mayLeave } from './may-leave.ts';
import { readPictures } from './picture-choice.ts';
import { PictureFieldset } from './picture-fields.tsx';
import { presetFields } from './train-form.ts';
import {
  CORES,
  changeSettings,
  looks,
  mnist,
  settings,
  takeFolder,
  trainingStore,
} from './training-stores.ts';
import { isBusy, type TrainingView } from './training-view.ts';

type PlainField = 'name' | 'steps' | 'minutes' | 'batchSize' | 'seed' | 'augment' | 'channels' | 'threads';

const PRESET_TEXTS = {
  quick: 'Quick: recognisable digits',
  base: 'Base: clean digits, in hours',
  large: 'Large: for a GPU',
  sprites: 'Sprites: pixel art',
  icons: 'Icons',
  photos: 'Photos',
  textures: 'Textures',
} as const;

interface TrainSettingsProps {
  /** Phase of the shown run. */
  readonly phase: TrainingView['phase'];
  /** Name of the shown run; null if there is none or it has no name yet. */
  readonly current: string | null;
}

/** The form of a new run. While another run is shown, it prepares the next one. */
export function TrainSettings({ phase, current }: TrainSettingsProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const { form, folder } = settings.value;
  const state = formState(settings.value, { sourceNamed, mnist, cores: CORES });
  const { run, problems, needsFolder } = state;
  useEffect(() => void loadCatalog(), []);
  const isIdle = phase === 'idle';
  const waits = isBusy({ phase });
  const begun = useLook(state, isIdle);

  function onSubmit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (waits) return;
    setAsked(true);
    if (Object.keys(problems).length > 0) showFirstProblem(event.currentTarget);
    else if (run !== null && mayLeave(trainingStore.view.value)) {
      setAsked(false);
      begun.current = settings.value;
      looks.clear();
      trainingStore.begin(run);
    }
  }

  const plain = (name: PlainField, label: string, hint?: string): JSX.Element => (
    <TextField
      label={label}
      hint={hint}
      numeric={name !== 'name' && name !== 'channels'}
      value={form[name]}
      error={problems[name]}
      onInput={(value) => changeSettings({ [name]: value })}
    />
  );

  return (
    <form class="card" onSubmit={onSubmit} noValidate>
      <h2 id={FORM_HEADING} tabIndex={-1}>
        {isIdle ? 'Train a model here' : 'The next run'}
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
          <PictureFieldset problems={problems} />
        </>
      )}
      <SelectField
        label="Begin with"
        hint={
          form.from === ''
            ? undefined
            : 'Its network and noise schedule are used; classes and tags of the same name are kept.'
        }
        value={form.from}
        error={problems.from}
        options={[{ value: '', text: 'Nothing: random weights' }, ...baseOptions(form.from)]}
        onChange={(from) => changeSettings({ from })}
      />
      <SelectField
        label="Recipe"
        value={form.preset}
        options={PRESET_NAMES.map((value) => ({ value, text: PRESET_TEXTS[value] }))}
        onChange={(preset) => changeSettings(presetFields(preset))}
      />
      <Choice
        label="Length"
        value={form.length}
        options={[
          { value: 'steps', text: 'Steps' },
          { value: 'minutes', text: 'Minutes' },
        ]}
        onChange={(length) => changeSettings({ length })}
      />
      <div class="pair">
        {form.length === 'steps' ? plain('steps', 'Number of steps') : plain('minutes', 'Number of minutes')}
        {plain('batchSize', 'Images per step')}
      </div>
      {form.length === 'steps' ? <TimeNeeded state={state} waits={waits} /> : null}
      <Fold summary="Name, transforms, network, seed and device">
        <div class="stack">
          {plain('name', 'Name', 'If empty, the run is named after the images.')}
          {form.from === '' ? plain('channels', 'Channels, finest level first') : null}
          {plain('seed', 'Seed')}
          {plain(
            'augment',
            'Random transforms of the images',
            'The probability of each transform, such as 0.12: mirror, scale, rotate, stretch, move. The model does not draw transformed images. 0 for none.',
          )}
          <Choice
            label="Device"
            value={form.device}
            options={[
              { value: 'wasm', text: 'WebAssembly' },
              ...(hasWebGpu ? [{ value: 'webgpu' as const, text: 'WebGPU' }] : []),
            ]}
            onChange={(device) => changeSettings({ device })}
          />
          {form.device === 'wasm' ? plain('threads', 'Threads') : null}
        </div>
      </Fold>
      <Button kind="primary" submit blocked={waits ? whenItBegins(phase, current) : null}>
        Train
      </Button>
      {waits ? <p class="hint">{whenItBegins(phase, current)}</p> : null}
    </form>
  );
}

/** Says when the prepared run can begin. */
function whenItBegins(phase: TrainingView['phase'], current: string | null): string {
  if (phase === 'exporting') return 'You can start it after the export.';
  return `You can start it when ${current ?? 'the current run'} has ended, or after you pause or stop that run.`;
}

/** Returns the models that a run can start from. A chosen model stays in the list even if it becomes unavailable. */
function baseOptions(chosen: string): { value: string; text: string }[] {
  const names = knownSpecs.value.map(({ name }) => name);
  return [...new Set([...names, ...(chosen === '' ? [] : [chosen])])].map((name) => ({
    value: name,
    text: `The model ${name}`,
  }));
}

/**
 * Inspects the chosen images, and inspects them again when the form changes.
 *
 * @param isIdle whether no run is shown
 * @returns a reference, which the caller sets to the settings of a run that begins; while a run is shown, the images of
 *   these settings are not inspected again
 */
function useLook({ run, images }: FormState, isIdle: boolean): { current: typeof settings.value | null } {
  const begun = useRef<typeof settings.value | null>(null);
  const { form, folder } = settings.value;
  useEffect(() => {
    if (images?.kind !== 'folder') {
      looks.clear();
      return;
    }
    if (!isIdle && begun.current === settings.value) return;
    const read = readPictures(form);
    if ('pictures' in read) looks.look({ pictures: read.pictures, images, run });
  }, [form, folder, isIdle]);
  return begun;
}

/** Shows how long a run will take, once the time of a step has been measured. */
function TimeNeeded({
  state: { run },
  waits,
}: {
  readonly state: FormState;
  /** Whether a run is computing, which would slow down the measured step. */
  readonly waits: boolean;
}): JSX.Element {
  const { pace, stage } = looks.state.value;
  const steps = run?.choice.steps ?? 0;
  const isKnown = pace !== null && run !== null;
  const blocked = waits
    ? 'It can be measured when no run is computing.'
    : run === null
      ? 'Choose images and correct the marked fields first.'
      : stage !== null
        ? 'The images are being read.'
        : null;
  return (
    <div class="row">
      <Button
        blocked={blocked}
        onClick={() => {
          if (run !== null) looks.measure(run);
        }}
      >
        How long will it take?
      </Button>
      <p class="hint" role="status">
        {isKnown
          ? `About ${duration(1000 * pace.secondsPerStep * steps)}: ${duration(1000 * pace.secondsPerStep)} per step on this device.`
          : waits
            ? blocked
            : ''}
      </p>
    </div>
  );
}
