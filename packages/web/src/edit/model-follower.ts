import type { ModelSpec } from '@isonoise/bundle';
import { effect, type ReadonlySignal } from '@preact/signals';
import { fitForm } from '../request/fit-form.ts';
import type { FormSignal } from '../request/form-signal.ts';
import { fits } from './edit-store.ts';
import { isBlank, isPaintable, type Layers, type PaintChannels } from './layers.ts';
import type { PaintStore } from './paint-store.ts';

/** The parts of the page that a follower uses. */
export interface FollowerParts {
  /** Spec of the chosen model; null while it is not known. */
  readonly chosenSpec: ReadonlySignal<ModelSpec | null>;
  readonly form: FormSignal;
  readonly store: PaintStore;
  /** Fits a picture to a model. */
  readonly refit: (painted: Layers, spec: ModelSpec, channels: PaintChannels) => Promise<Layers>;
  readonly announce: (text: string) => void;
}

export interface ModelFollower {
  /** Keeps the size of the picture on the canvas when the spec of its model becomes known. */
  keepFor(model: string): void;
}

/**
 * Fits the form and the canvas to the chosen model, now and whenever it changes. A larger picture of the same model
 * stays.
 */
export function followModel({ chosenSpec, form, store, refit, announce }: FollowerParts): ModelFollower {
  let before = chosenSpec.peek();
  /** Shape of the images to which the canvas was fitted. */
  let fitted = '';
  /** A picture that was drawn with a model, whose spec may not be known yet. */
  let kept: { readonly layers: Layers | null; readonly model: string } | null = null;
  effect(() => {
    const spec = chosenSpec.value;
    if (spec === null) return;
    if (form.peek().model !== spec.name) form.value = fitForm(form.peek(), spec, before);
    before = spec;
    const { channels } = spec.image;
    if (!isPaintable(channels)) return;
    const shape = [channels, spec.image.height, spec.image.width].join();
    if (shape === fitted) return;
    fitted = shape;
    const painted = store.layers.peek();
    const isKept = painted !== null && kept?.layers === painted && kept.model === spec.name;
    if (isKept && fits(painted, spec)) return;
    if (!store.fit(spec.image, channels) || painted === null || isBlank(painted)) return;
    const blank = store.layers.peek();
    refit(painted, spec, channels).then(
      (layers) => {
        // The visitor may have chosen a different model or picture meanwhile.
        if (store.layers.peek() !== blank) return;
        store.open(layers);
        announce(`The picture was fitted to ${layers.width} × ${layers.height}`);
      },
      () => announce('The picture could not be fitted to this model. The canvas is empty.'),
    );
  });
  return {
    keepFor(model) {
      kept = { layers: store.layers.peek(), model };
    },
  };
}
