import type { RequestForm } from '../request/request-form.ts';
import type { BetweenSettings } from './between-pictures.ts';
import type { Layers } from './layers.ts';

/** A picture that another part of the page gives to the Edit tab. */
export interface Handoff {
  readonly layers: Layers;
  /** The request that drew the picture, for its model, class and sampler; null if it is not known. */
  readonly form: RequestForm | null;
  /** Whether variations of the picture are drawn immediately. */
  readonly vary: boolean;
}

/** The parts of a request for images between two pictures that a PNG file contains. */
export interface RestoredBetween {
  /** Name of the model. */
  readonly model: string;
  /** Class or tags as the form writes them; null if the form cannot express them. */
  readonly class: string | null;
  /** The settings that the file contains. */
  readonly settings: Partial<BetweenSettings>;
  /** Note that says what is missing. */
  readonly note: string;
}
