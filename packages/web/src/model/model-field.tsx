import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { fitForm } from '../request/request-form.ts';
import { request } from '../request/request-store.ts';
import { catalog, loadCatalog } from '../server/catalog.ts';
import { KeyField } from '../server/key-field.tsx';
import { Fold } from '../ui/fold.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { FilePicker } from './file-picker.tsx';
import { chosenSpec, knownSpecs, picked } from './model-store.ts';

/** Selects a model of the server or the visitor. */
export function ModelField(): JSX.Element {
  const known = catalog.value;
  const own = picked.value?.spec;
  const specs = knownSpecs.value;
  const { model } = request.value;

  useEffect(() => void loadCatalog(), []);
  useEffect(() => {
    const [first] = specs;
    // Read again: the choice may have changed since this render.
    if (request.value.model === '' && first !== undefined) request.value = fitForm(request.value, first);
  });

  const options = specs.map((spec) => {
    const { name, image } = spec;
    const colour = image.channels === 1 ? '' : ' colour';
    // The visitor's model hides a server model of the same name.
    return {
      value: name,
      text: `${name} · ${image.width} × ${image.height}${colour}${spec === own ? ' · yours' : ''}`,
    };
  });
  // A link may name an unavailable model: report it instead of silently replacing it.
  const missing = model !== '' && chosenSpec.value === null && known.state !== 'loading';
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
      <Fold summary="Use a model of your own" needed={known.state === 'failed' || none}>
        <FilePicker />
      </Fold>
    </div>
  );
}
