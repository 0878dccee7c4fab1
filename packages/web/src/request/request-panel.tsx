import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { announce } from '../shell.ts';
import { chosenSpec, request, specNamed } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';
import { showFirstProblem } from '../ui/show-first-problem.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { BetweenFields } from './between-fields.tsx';
import { CanvasFields } from './canvas-fields.tsx';
import { FinishFields } from './finish-fields.tsx';
import type { FormSignal } from './form-signal.ts';
import { GuidanceFields } from './guidance-fields.tsx';
import { ModelField } from './model-field.tsx';
import { type Offer, offeredForm } from './offers.ts';
import { RequestFields } from './request-fields.tsx';
import { checkForm, notesOf } from './request-form.ts';
import { useSubmitKey } from './use-submit-key.ts';

interface RequestPanelProps {
  /** Default: the form that Sample and Compare share. */
  readonly source?: FormSignal;
  /** Label of the submit button. */
  readonly action: string;
  readonly busy: boolean;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  /** Additional buttons above the main ones. Only the main ones stay visible below a long form. */
  readonly actions?: ComponentChildren;
  /** Content between the model and the other fields. */
  readonly afterModel?: ComponentChildren;
  /** The additional fields of this tab, which change what is drawn. Default: none. */
  readonly offers?: readonly Offer[];
  /** An error of the number of images that the check of the form does not find. Default: null. */
  readonly countError?: string | null;
  /** Content between the fields and the buttons. */
  readonly beforeActions?: ComponentChildren;
  /** Content above the fields. */
  readonly children?: ComponentChildren;
}

/** Shows the request form with its submit and cancel buttons. */
export function RequestPanel({
  source = request,
  action,
  busy,
  onSubmit,
  onCancel,
  actions,
  afterModel,
  offers = [],
  countError = null,
  beforeActions,
  children,
}: RequestPanelProps): JSX.Element {
  /** Checks the current values of the form, which may not be rendered yet. */
  function check() {
    const spec = chosenSpec.value;
    const form = offeredForm(source.value, offers);
    const checked = spec === null ? null : checkForm(form, spec, specNamed);
    const wrong = checked !== null && 'errors' in checked ? checked.errors : {};
    const isValid = checked !== null && 'request' in checked && countError === null;
    const blocked =
      spec === null
        ? 'Choose a model first.'
        : !isValid
          ? 'Correct the marked fields first.'
          : busy
            ? 'A request is running.'
            : null;
    return { spec, form, errors: countError === null ? wrong : { count: countError, ...wrong }, blocked };
  }
  const { spec, form, errors, blocked } = check();
  const place = useRef<HTMLFormElement>(null);
  /** Whether the visitor tried to submit while the form was blocked. */
  const [refused, setRefused] = useState(false);
  if (refused && blocked === null) setRefused(false);
  function submit(): void {
    const reason = check().blocked;
    if (reason === null) {
      onSubmit();
      return;
    }
    setRefused(true);
    announce(reason);
    if (place.current !== null) showFirstProblem(place.current);
  }
  useSubmitKey(place, submit);
  return (
    <form
      ref={place}
      class="card request-panel"
      aria-label={action}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
      <ModelField />
      {afterModel}
      <RequestFields source={source} spec={spec} errors={errors} />
      <GuidanceFields source={source} spec={spec} errors={errors} />
      {offers.includes('canvas') ? <CanvasFields source={source} spec={spec} errors={errors} /> : null}
      {offers.includes('palette') ? (
        <FinishFields source={source} errors={errors} hasSymmetry={offers.includes('symmetry')} />
      ) : null}
      {offers.includes('between') ? <BetweenFields source={source} spec={spec} errors={errors} /> : null}
      <AdvancedFields source={source} spec={spec} errors={errors} />
      {spec === null ? null : notesOf(form, spec, specNamed).map((note) => <Note key={note}>{note}</Note>)}
      {beforeActions}
      {actions === undefined ? null : <div class="row">{actions}</div>}
      <div class="row actions">
        <Button kind="primary" submit blocked={blocked} onRefuse={submit}>
          {action}
        </Button>
        <Button onClick={onCancel} blocked={busy ? null : 'Nothing is running.'}>
          Cancel
        </Button>
        {refused && blocked !== null ? <p class="hint why">{blocked}</p> : null}
      </div>
    </form>
  );
}
