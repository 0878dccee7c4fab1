import { DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import { type BetweenSettings, DEFAULT_BETWEEN } from './between-pictures.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import type { EditSource } from './edit-source.ts';
import type { Layers } from './layers.ts';

/** The part of an edit's source that is stored as JSON. */
export type SourceFacts = Omit<EditSource, 'layers' | 'between'> & {
  readonly layers: LayerFacts;
  readonly between?: { readonly layers: LayerFacts; readonly settings: BetweenSettings };
};
type LayerFacts = Omit<Layers, 'pixels' | 'mask'>;

/** Bytes of a pixel with its mask. */
export const PIXEL_BYTES = 5;

const factsOf = ({ width, height, channels }: Layers): LayerFacts => ({ width, height, channels });

/** Returns the part of a source that is stored as JSON. */
export function sourceFacts({ layers, between, ...own }: EditSource): SourceFacts {
  return {
    ...own,
    layers: factsOf(layers),
    ...(between && { between: { ...between, layers: factsOf(between.layers) } }),
  };
}

/** Returns the pictures and the masks of a source, in the order in which they are stored. */
export const sourceParts = ({ layers, between }: EditSource): readonly (Uint8Array | Uint8ClampedArray)[] =>
  [layers, between?.layers].flatMap((each) => (each === undefined ? [] : [each.pixels, each.mask]));

/** The inverse of {@link sourceFacts} and {@link sourceParts}. Adds the fields that sources of earlier versions lack. */
export function sourceOf({ form, fields, layers, between }: SourceFacts, bytes: Uint8Array): EditSource {
  const after = bytes.subarray(PIXEL_BYTES * layers.width * layers.height);
  return {
    form: completeForm(form),
    fields: { ...DEFAULT_EDIT, ...fields },
    layers: layersOf(layers, bytes),
    ...(between && {
      between: {
        layers: layersOf(between.layers, after),
        settings: { ...DEFAULT_BETWEEN, ...between.settings },
      },
    }),
  };
}

/** Returns the picture and the mask at the beginning of the bytes. */
function layersOf(facts: LayerFacts, bytes: Uint8Array): Layers {
  const pixels = facts.width * facts.height;
  return {
    ...facts,
    pixels: new Uint8ClampedArray(bytes.slice(0, 4 * pixels)),
    mask: bytes.slice(4 * pixels, PIXEL_BYTES * pixels),
  };
}

/** Adds the fields that forms of earlier versions lack. */
export const completeForm = (form: RequestForm): RequestForm => ({ ...DEFAULT_FORM, ...form });
