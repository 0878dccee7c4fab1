import { drawingSamplers } from '@isonoise/sampler';
import { readHead, withHead } from '../files/bytes-with-head.ts';
import { DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import type { BetweenSettings } from './between-pictures.ts';
import type { EditFields } from './edit-fields.ts';
import type { EditSource } from './edit-source.ts';
import { PIXEL_BYTES, type SourceFacts, sourceFacts, sourceOf, sourceParts } from './edit-source-bytes.ts';
import { isPaintable } from './layers.ts';

/** The content of the Edit tab, as it is kept for the next visit. */
export interface KeptCanvas {
  readonly source: EditSource;
  /** Id of the kept edit that was on screen; null if there was none. */
  readonly shown: string | null;
}

const VERSION = 1;

/** Encodes a canvas as a line of JSON, then pictures and masks. */
export const encodeCanvas = ({ source, shown }: KeptCanvas): Uint8Array<ArrayBuffer> =>
  withHead({ version: VERSION, shown, edit: sourceFacts(source) }, sourceParts(source));

/** Decodes a canvas. @returns null if the value is damaged, or not a canvas of this version */
export function decodeCanvas(value: unknown): KeptCanvas | null {
  if (!(value instanceof Uint8Array)) return null;
  try {
    const { head, bytes } = readHead(value);
    const { version, shown, edit } = head as Partial<Head>;
    if (version !== VERSION || edit === undefined || !isSource(edit)) return null;
    if (bytes.length !== PIXEL_BYTES * (pixelsOf(edit.layers) + pixelsOf(edit.between?.layers))) return null;
    const source = sourceOf(edit, bytes);
    const masks = [source.layers.mask, source.between?.layers.mask ?? []];
    if (masks.some((mask) => mask.some((level) => level > 1))) return null;
    return { source, shown: typeof shown === 'string' ? shown : null };
  } catch {
    return null;
  }
}

interface Head {
  readonly version: number;
  readonly shown: string | null;
  readonly edit: SourceFacts;
}
type LayerFacts = SourceFacts['layers'];

const pixelsOf = (facts: LayerFacts | undefined): number =>
  facts === undefined ? 0 : facts.width * facts.height;

/**
 * Whether the fields of a source have the right types. Missing texts get defaults, except the sampler, which must be known.
 */
function isSource({ form, fields, layers, between }: SourceFacts): boolean {
  return (
    isForm(form) &&
    isFields(fields) &&
    isLayers(layers) &&
    (between === undefined || (isLayers(between.layers) && hasTexts(between.settings)))
  );
}

const isLayers = ({ width, height, channels }: LayerFacts): boolean =>
  isPaintable(channels) && [width, height].every((side) => Number.isInteger(side) && side > 0);

const isForm = (form: RequestForm): boolean =>
  hasTexts(form) &&
  Object.keys(form).every((name) => name in DEFAULT_FORM) &&
  drawingSamplers.some((name) => name === form.sampler);

const isFields = ({ strength, masked, resample, jump }: EditFields): boolean =>
  Number.isFinite(strength) &&
  strength > 0 &&
  strength <= 1 &&
  (masked === 'new' || masked === 'changed') &&
  hasTexts({ resample, jump });

const hasTexts = (fields: RequestForm | BetweenSettings | Pick<EditFields, 'resample' | 'jump'>): boolean =>
  Object.values(fields).every((text) => typeof text === 'string');
