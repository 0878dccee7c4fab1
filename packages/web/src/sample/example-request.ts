import type { ModelSpec } from '@isonoise/bundle';
import { NO_BETWEEN_TEXTS } from '../request/between-texts.ts';
import { classText } from '../request/class-text.ts';
import type { RequestForm } from '../request/request-form.ts';
import { tagText } from '../request/tag-text.ts';

/** The seed of sample sheets. */
const SHEET_SEED = '7';
/** Number of images that an example draws. */
const COUNT = '8';

/** A request that draws images like one of a model's sample sheet. */
export interface ExampleRequest {
  /** The class or the tag of the image; null for a model without classes and tags. */
  readonly subject: string | null;
  /** The fields of the form that the example changes. */
  readonly fields: Partial<RequestForm>;
}

/** Returns the request of an image on a sample sheet, which cycles through the classes or the tags of the model. */
export function exampleRequest(image: number, { classes, tags }: ModelSpec): ExampleRequest {
  const fields = { ...NO_BETWEEN_TEXTS, seed: SHEET_SEED, count: COUNT, images: '' };
  const names = tags?.names ?? classes?.names ?? [];
  if (names.length === 0) return { subject: null, fields };
  const label = image % names.length;
  const subject = names[label] ?? '';
  const chosen = tags === undefined ? classText(names, label) : tagText({ tags: [subject], without: [] });
  return { subject, fields: { ...fields, class: chosen } };
}
