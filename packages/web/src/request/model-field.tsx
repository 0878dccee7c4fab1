import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { FilePicker } from '../model/file-picker.tsx';
import { KeyField } from '../server/key-field.tsx';
import { announce } from '../shell.ts';
import {
  catalog,
  chosenSpec,
  drawableSpecs,
  loadCatalog,
  picked,
  removeModel,
  request,
  runModels,
  shelf,
} from '../stores.ts';
import { countOf, bytes as inBytes } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { fitForm } from './fit-form.ts';

/** Selects a model of the server or the visitor. */
export function ModelField(): JSX.Element {
  const known = catalog.value;
  const own = new Set([picked.value?.spec, ...shelf.models.value.map(({ spec }) => spec)]);
  const specs = drawableSpecs.value;
  const steps = new Map(runModels.models.value.map(({ spec, step }) => [spec, step]));
  const { model } = request.value;

  useEffect(() => {
    void loadCatalog();
    if (!shelf.isLoaded.value) void shelf.load();
    void runModels.load();
  }, []);
  useEffect(() => {
    // A model with tags draws the most kinds of pictures.
    const first = specs.find(({ tags }) => tags !== undefined) ?? specs[0];
    // Read again: the choice may have changed since this render.
    if (request.value.model === '' && first !== undefined) request.value = fitForm(request.value, first);
  });

  const options = specs.map((spec) => {
    const { name, image } = spec;
    const colour = image.channels === 1 ? '' : ' colour';
    const step = steps.get(spec);
    const origin = own.has(spec) ? ' · yours' : '';
    const size = `${image.width} × ${image.height}${colour}${origin}`;
    // The visitor's model hides a server model of the same name.
    return {
      value: name,
      // Phones would cut off a text with the size and the step.
      text: `${name} · ${step === undefined ? size : `after ${countOf(step, 'step')}`}`,
    };
  });
  // A link may name an unavailable model: report it instead of silently replacing it.
  const isKnown = known.state !== 'loading' && shelf.isLoaded.value && runModels.isLoaded.value;
  const missing = model !== '' && chosenSpec.value === null && isKnown;
  if (missing) options.unshift({ value: model, text: `${model} · not available` });
  const none = known.state !== 'loading' && specs.length === 0;
  if (options.length === 0) options.push({ value: model, text: none ? 'none available' : 'loading…' });
  return (
    <div class="stack">
      <SelectField
        label="Model"
        value={model}
        error={
          missing ? `The model ${model} is not available here. Choose another, or open its files.` : undefined
        }
        options={options}
        onChange={(name) => {
          const spec = specs.find((each) => each.name === name);
          if (spec !== undefined) request.value = fitForm(request.value, spec, chosenSpec.value);
        }}
      />
      {known.state === 'failed' ? (
        <>
          <ErrorCard error={known.error} onRetry={() => void loadCatalog({ again: true })} />
          <KeyField error={known.error} onEntered={() => void loadCatalog({ again: true })} />
        </>
      ) : null}
      <Fold
        summary="Use a model of your own"
        needed={known.state === 'failed' || none || shelf.problem.value !== null}
      >
        <div class="stack">
          <FilePicker />
          <OwnModels />
        </div>
      </Fold>
    </div>
  );
}

const PROBLEMS = {
  full: 'The browser’s storage for this page is full: new models are kept until this page is closed. Delete models to make room. After deleting drawings or runs, open a model again.',
  forbidden: 'This browser does not store new models: they are kept until this page is closed.',
  unread:
    'The browser’s storage could not be read completely. Models of yours that are missing here stay stored; reload the page to show them.',
} as const;

/** The visitor's models that this browser keeps, with buttons to remove them. */
function OwnModels(): JSX.Element {
  const [failure, setFailure] = useState<unknown>(null);
  const { value: problem } = shelf.problem;
  return (
    <>
      {failure === null ? null : <ErrorCard error={failure} />}
      {problem === null ? null : <p class="hint">{PROBLEMS[problem]}</p>}
      <OwnModelList onFailure={setFailure} />
    </>
  );
}

function OwnModelList({ onFailure }: { readonly onFailure: (error: unknown) => void }): JSX.Element | null {
  const models = shelf.models.value;
  if (models.length === 0) return null;
  function remove(name: string): void {
    if (!confirm(`Remove the model ${name} from this browser? Files on your disk stay.`)) return;
    onFailure(null);
    removeModel(name).then(() => announce(`Removed ${name}`), onFailure);
  }
  return (
    <ul class="own-models" aria-label="Your models in this browser">
      {models.map(({ spec: { name }, bytes }) => (
        <li key={name} class="row spread">
          <span>
            <strong>{name}</strong> <span class="quiet numbers">{inBytes(bytes)}</span>
          </span>
          <Button kind="quiet" label={`Remove the model ${name}`} onClick={() => remove(name)}>
            Remove
          </Button>
        </li>
      ))}
    </ul>
  );
}
