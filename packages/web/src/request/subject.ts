import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import { pictureShape } from './canvas-texts.ts';
import {
  type AskedRequest,
  type CheckedForm,
  checkForm,
  columnsOf,
  imagesOf,
  type RequestForm,
} from './request-form.ts';

/** A valid request with the shape and layout of its images. */
export interface Subject {
  readonly form: RequestForm;
  readonly spec: ModelSpec;
  readonly asked: AskedRequest;
  /** The ends of in-between pictures; null for other pictures. */
  readonly ends: Extract<CheckedForm, { ends: unknown }>['ends'];
  /** Number of each image. */
  readonly images: readonly number[];
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
}

/**
 * Returns the request that a form describes; null if the form is invalid. The form then shows the errors.
 *
 * @param specNamed finds the spec of a model by its name; null if it is not available
 */
export function readSubject(
  form: RequestForm,
  specNamed: (name: string) => ModelSpec | null,
): Subject | null {
  const spec = specNamed(form.model);
  const checked = spec === null ? null : checkForm(form, spec, specNamed);
  const images = imagesOf(form);
  if (spec === null || checked === null || images === null || !('request' in checked)) return null;
  const { request: asked, ends } = checked;
  const { channels, height, width } = pictureShape(form, spec.image);
  return {
    form,
    spec,
    asked,
    ends,
    images,
    shape: [images.length, channels, height, width],
    columns: columnsOf(form, spec),
  };
}
