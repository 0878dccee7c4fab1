import { type Signal, signal } from '@preact/signals';
import { goTo } from '../app/navigation.ts';
import type { RequestForm } from '../request/request-form.ts';
import type { DoneDrawing } from '../sample/drawing.ts';
import type { Layers } from './layers.ts';

/** A picture that another part of the page gives to the Edit tab. */
export interface Handoff {
  readonly layers: Layers;
  /** The request that drew the picture, for its model, class and sampler; null if it is not known. */
  readonly form: RequestForm | null;
  /** Whether variations of the picture are drawn at once. */
  readonly vary: boolean;
}

/** The picture that the Edit tab takes as soon as it is open; null if there is none. */
export const handoff: Signal<Handoff | null> = signal(null);

/** A finished edit that the Edit tab shows as soon as it is open; null if there is none. */
export const editedDrawing: Signal<DoneDrawing | null> = signal(null);

/** Opens a picture in the Edit tab. */
export function editPicture(picture: Handoff): void {
  handoff.value = picture;
  goTo('edit');
}
