import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { ImageRecord, ProviderChoice } from '@isonoise/runtime';
import { type BetweenSettings, DEFAULT_BETWEEN } from '../edit/between-pictures.ts';
import { DEFAULT_EDIT } from '../edit/edit-fields.ts';
import type { EditSource } from '../edit/edit-source.ts';
import type { Layers } from '../edit/layers.ts';
import { DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import type { ByteImages } from '../ui/image-grid.tsx';

/** A finished drawing without its values. Plain JSON. */
interface KeptFacts {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The request; null for an edit, which no request describes. */
  readonly form: RequestForm | null;
  /** `edit` for an edit; absent for a request. */
  readonly kind?: 'edit' | undefined;
  readonly model: string;
  readonly spec: ModelSpec;
  readonly seed: string | null;
  readonly numbers: readonly number[];
  readonly shape: ImagesShape;
  /** Images per row; null for the default. */
  readonly columns: number | null;
  readonly notes: readonly string[];
  readonly steps: number;
  readonly elapsedMs: number;
  readonly provider: ProviderChoice;
  /** The request, for PNG files; absent in drawings of earlier versions. */
  readonly record?: ImageRecord | null;
  /** As in `DrawnImages`. */
  readonly isResumed?: boolean | undefined;
  /** Positions of the images that the visitor marked; older entries do not have this field. */
  readonly favourites?: readonly number[] | undefined;
}

/** A finished drawing of an earlier request. */
export interface KeptDrawing extends KeptFacts {
  /** What an edit was drawn from; absent for requests, for edits of earlier versions and for very large pictures. */
  readonly source?: EditSource | undefined;
  /** The first images, as 8-bit samples. */
  readonly thumbnail: ByteImages;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Maximum size of the pictures and masks of an edit, in bytes. The history reads them with the facts. */
export const MOST_SOURCE_BYTES = 1e6;

/** The part of an edit's source that is stored as JSON. */
type SourceFacts = Omit<EditSource, 'layers' | 'between'> & {
  readonly layers: LayerFacts;
  readonly between?: { readonly layers: LayerFacts; readonly settings: BetweenSettings };
};
type LayerFacts = Omit<Layers, 'pixels' | 'mask'>;

const factsOf = ({ width, height, channels }: Layers): LayerFacts => ({ width, height, channels });

/** Encodes a drawing as a line of JSON, the thumbnail, and the pictures and masks of an edit. */
export function encodeKept({ thumbnail, source, ...facts }: KeptDrawing): Uint8Array {
  const { between, ...own } = source ?? {};
  const edit = source && {
    ...own,
    layers: factsOf(source.layers),
    ...(between && { between: { ...between, layers: factsOf(between.layers) } }),
  };
  const head = JSON.stringify({ version: 1, facts, thumbnail: thumbnail.shape, ...(edit && { edit }) });
  const parts = [
    encoder.encode(`${head}\n`),
    thumbnail.bytes,
    ...[source?.layers, between?.layers].flatMap((layers) =>
      layers === undefined ? [] : [layers.pixels, layers.mask],
    ),
  ];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Decodes an entry. @returns null for an entry of a different version */
export function decodeKept(whole: Uint8Array): KeptDrawing | null {
  const end = whole.indexOf('\n'.charCodeAt(0));
  const head = JSON.parse(decoder.decode(whole.subarray(0, end))) as {
    readonly version: number;
    readonly facts: KeptFacts;
    readonly thumbnail: ByteImages['shape'];
    readonly edit?: SourceFacts;
  };
  if (head.version !== 1) return null;
  const { form } = head.facts;
  const [count, channels, height, width] = head.thumbnail;
  const after = end + 1 + count * channels * height * width;
  return {
    ...head.facts,
    form: form === null ? null : complete(form),
    thumbnail: { bytes: whole.slice(end + 1, after), shape: head.thumbnail },
    ...(head.edit && { source: sourceOf(head.edit, whole.subarray(after)) }),
  };
}

function sourceOf({ form, fields, layers, between }: SourceFacts, bytes: Uint8Array): EditSource {
  const after = bytes.subarray(5 * layers.width * layers.height);
  return {
    form: complete(form),
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
    mask: bytes.slice(4 * pixels, 5 * pixels),
  };
}

/** Adds the fields that forms of earlier versions lack. */
const complete = (form: RequestForm): RequestForm => ({ ...DEFAULT_FORM, ...form });
