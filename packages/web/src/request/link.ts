import { samplerNames } from '@isonoise/sampler';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';

const SPACINGS = ['leading', 'linspace', 'trailing'] as const;

/**
 * A request as an address says it: everything that an image depends on, so that a link means the same images even
 * after defaults have changed. Where it is computed is not in it: that changes no image.
 */
export function formToQuery(form: RequestForm): URLSearchParams {
  const query = new URLSearchParams({
    model: form.model,
    seed: form.seed,
    count: form.count,
    sampler: form.sampler,
    steps: form.steps,
  });
  if (form.class !== '') {
    query.set('class', form.class);
    query.set('guidance', form.guidance);
  }
  if (form.sampler === 'ddim') query.set('eta', form.eta);
  if (form.spacing !== '') query.set('spacing', form.spacing);
  return query;
}

/**
 * The request that an address names. What it leaves out, and words that mean nothing here, are the defaults; numbers
 * stay as they stand there, for the form to check.
 *
 * @returns null where it names no request at all
 */
export function formFromQuery(query: URLSearchParams): RequestForm | null {
  const model = query.get('model');
  if (model === null) return null;
  const text = (name: keyof RequestForm): string => query.get(name) ?? DEFAULT_FORM[name];
  return {
    model,
    class: query.get('class') ?? '',
    seed: text('seed'),
    count: text('count'),
    sampler: samplerNames.find((name) => name === query.get('sampler')) ?? DEFAULT_FORM.sampler,
    steps: text('steps'),
    guidance: text('guidance'),
    eta: text('eta'),
    spacing: SPACINGS.find((name) => name === query.get('spacing')) ?? '',
  };
}
