import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { ImageRecord, ProviderChoice } from '@isonoise/runtime';
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
  readonly seed: string;
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
  /** Positions of the images that the visitor marked; older entries do not have this field. */
  readonly favourites?: readonly number[] | undefined;
}

/** A finished drawing of an earlier request. */
export interface KeptDrawing extends KeptFacts {
  /** The first images, as 8-bit samples. */
  readonly thumbnail: ByteImages;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes facts and thumbnail as a line of JSON and the bytes. */
export function encodeKept({ thumbnail, ...facts }: KeptDrawing): Uint8Array {
  const head = encoder.encode(`${JSON.stringify({ version: 1, facts, thumbnail: thumbnail.shape })}\n`);
  const whole = new Uint8Array(head.length + thumbnail.bytes.length);
  whole.set(head);
  whole.set(thumbnail.bytes, head.length);
  return whole;
}

/** Decodes an entry. @returns null for an entry of another version */
export function decodeKept(whole: Uint8Array): KeptDrawing | null {
  const end = whole.indexOf('\n'.charCodeAt(0));
  const head = JSON.parse(decoder.decode(whole.subarray(0, end))) as {
    readonly version: number;
    readonly facts: KeptFacts;
    readonly thumbnail: ByteImages['shape'];
  };
  if (head.version !== 1) return null;
  const { form } = head.facts;
  return {
    ...head.facts,
    // Forms of earlier versions lack later fields.
    form: form === null ? null : { ...DEFAULT_FORM, ...form },
    thumbnail: { bytes: whole.slice(end + 1), shape: head.thumbnail },
  };
}
