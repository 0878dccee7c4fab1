import { NO_BETWEEN_TEXTS } from './between-texts.ts';
import { NO_CANVAS_TEXTS } from './canvas-texts.ts';
import type { RequestForm } from './request-form.ts';

/** Fields that only some tabs have: larger pictures, palette, symmetry and in-between pictures. */
export type Offer = 'canvas' | 'palette' | 'symmetry' | 'between';

/** The fields of each offer, left empty. */
const EMPTY: { readonly [K in Offer]: Partial<RequestForm> } = {
  canvas: NO_CANVAS_TEXTS,
  palette: { palette: '' },
  symmetry: { symmetry: '' },
  between: NO_BETWEEN_TEXTS,
};

/** Clears the fields that a tab does not show, so that they have no effect and are not checked. */
export function offeredForm(form: RequestForm, offers: readonly Offer[]): RequestForm {
  const hidden = (Object.keys(EMPTY) as Offer[]).filter((offer) => !offers.includes(offer));
  return Object.assign({ ...form }, ...hidden.map((offer) => EMPTY[offer]));
}
