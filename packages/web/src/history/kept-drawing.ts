import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { ImageRecord, ProviderChoice } from '@isonoise/runtime';
import type { EditSource } from '../edit/edit-source.ts';
import {
  completeForm,
  type SourceFacts,
  sourceFacts,
  sourceOf,
  sourceParts,
} from '../edit/edit-source-bytes.ts';
import { readHead, withHead } from '../files/bytes-with-head.ts';
import type { RequestForm } from '../request/request-form.ts';
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

/** A finished drawing in the history. */
export interface KeptDrawing extends KeptFacts {
  /** What an edit was drawn from; absent for requests, for edits of earlier versions and for very large pictures. */
  readonly source?: EditSource | undefined;
  /** The first images, as 8-bit samples. */
  readonly thumbnail: ByteImages;
}

/** Maximum size of the pictures and masks of an edit, in bytes. The history reads them with the facts. */
export const MOST_SOURCE_BYTES = 1e6;

/** Encodes a drawing as a line of JSON, the thumbnail, and the pictures and masks of an edit. */
export function encodeKept({ thumbnail, source, ...facts }: KeptDrawing): Uint8Array {
  const edit = source && { edit: sourceFacts(source) };
  return withHead({ version: 1, facts, thumbnail: thumbnail.shape, ...edit }, [
    thumbnail.bytes,
    ...(source === undefined ? [] : sourceParts(source)),
  ]);
}

/** Decodes an entry. @returns null for an entry of a different version */
export function decodeKept(whole: Uint8Array): KeptDrawing | null {
  const { head: read, bytes } = readHead(whole);
  const head = read as {
    readonly version: number;
    readonly facts: KeptFacts;
    readonly thumbnail: ByteImages['shape'];
    readonly edit?: SourceFacts;
  };
  if (head.version !== 1) return null;
  const { form } = head.facts;
  const [count, channels, height, width] = head.thumbnail;
  const size = count * channels * height * width;
  return {
    ...head.facts,
    form: form === null ? null : completeForm(form),
    thumbnail: { bytes: bytes.slice(0, size), shape: head.thumbnail },
    ...(head.edit && { source: sourceOf(head.edit, bytes.subarray(size)) }),
  };
}
