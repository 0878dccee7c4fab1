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
import { chosenSpec, picked } from './model-store.ts';

/** Which model: of the server's, or the visitor's own. */
export function ModelField(): JSX.Element {
  const known = catalog.value;
  const served = known.state === 'ready' ? known.models.map(({ spec }) => spec) : [];
  const own = picked.value?.spec;
  const specs = own === undefined ? served : [own, ...served.filter(({ name }) => name !== own.name)];
  const { model } = request.value;

  useEffect(() => void loadCatalog(), []);
  useEffect(() => {
    const [first] = specs;
    // Asked anew: a choice may have been made since this was drawn.
    if (request.value.model === '' && first !== undefined) request.value = fitForm(request.value, first);
  });

  const options = specs.map((spec) => {
    const { name, image } = spec;
    const colour = image.channels === 3 ? ' colour' : '';
    // It may have the name of one of the server's, which it then hides.
    return {
      value: name,
      text: `${name} · ${image.width} × ${image.height}${colour}${spec === own ? ' · yours' : ''}`,
    };
  });
  // A link may name a model that is not here: it is said, not silently replaced.
  const missing = model !== '' && chosenSpec.value === null && known.state !== 'loading';
  if (missing) options.unshift({ value: model, text: `${model} · not here` });
  const none = known.state !== 'loading' && specs.length === 0;
  if (options.length === 0) options.push({ value: model, text: none ? 'none here' : 'looking…' });
  return (
    <div class="stack">
      <SelectField
        label="Model"
        value={model}
        error={missing ? `There is no model ${model} here. Choose another, or open its files.` : undefined}
        options={options}
        onChange={(name) => {
          const spec = specs.find((each) => each.name === name);
          if (spec !== undefined) request.value = fitForm(request.value, spec);
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
