import type { RequestForm } from '../request/request-form.ts';
import type { BetweenSettings } from './between-pictures.ts';
import type { EditFields } from './edit-fields.ts';
import type { Layers } from './layers.ts';

/** What an edit was drawn from: the canvas with its mask, the settings and the request. */
export interface EditSource {
  readonly layers: Layers;
  readonly fields: EditFields;
  readonly form: RequestForm;
  /** The second picture and the settings of images between two pictures. Absent for other edits. */
  readonly between?: { readonly layers: Layers; readonly settings: BetweenSettings } | undefined;
}
