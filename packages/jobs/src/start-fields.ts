import { checkPlan, checkSaved, type SamplingStart, type SavedSampling, sliceStart } from '@isonoise/sampler';
import { jobsError } from './errors.ts';
import { bytesOfValues, valuesOfBytes } from './float-bytes.ts';

/** Fields of a job's hash that hold the start of its run. */
export type StartFields = Readonly<Record<string, string | Buffer>>;

/** Names of the fields with arrays. The arrays that a sampler keeps follow as `memory:0`, `memory:1`, … */
const FIELDS = {
  start: 'start',
  x: 'x',
  image: 'known:image',
  mask: 'known:mask',
  memory: 'memory:',
} as const;

/** Encodes the start of a run: plain values as JSON, arrays as bytes. */
export function encodeStart(start: SamplingStart): StartFields {
  const { plan, nextStep, x, memory = [], known, model, guideModel } = start;
  const fields: Record<string, string | Buffer> = {
    [FIELDS.start]: JSON.stringify({ plan, nextStep, model, guideModel, memory: memory.length }),
  };
  if (x !== undefined) fields[FIELDS.x] = bytesOfValues(x);
  for (const [k, values] of memory.entries()) fields[`${FIELDS.memory}${k}`] = bytesOfValues(values);
  if (known !== undefined) {
    fields[FIELDS.image] = bytesOfValues(known.image);
    fields[FIELDS.mask] = Buffer.from(known.mask);
  }
  return fields;
}

/** The start of a job's run, from which ranges are cut. */
export interface JobStart {
  /**
   * Returns the start of some images.
   *
   * @throws `SAMPLER_SAVED` if the request is damaged
   */
  slice(first: number, count: number): SavedSampling;
}

/**
 * Decodes the fields of {@link encodeStart}.
 *
 * @throws `JOBS_RECORD` if a field is missing or damaged; the plan is checked when a range is cut
 */
export function decodeStart(fields: Readonly<Record<string, Buffer>>): JobStart {
  const { memory, ...plain } = parsed(fields[FIELDS.start]);
  const array = (name: string): Float32Array => {
    const bytes = fields[name];
    if (bytes === undefined || bytes.length % 4 !== 0) return fail(`${name} is missing or damaged`);
    return valuesOfBytes(bytes);
  };
  const kept = Array.from({ length: memory }, (_, k) => array(`${FIELDS.memory}${k}`));
  const mask = fields[FIELDS.mask];
  const start: SamplingStart = {
    ...plain,
    ...(fields[FIELDS.x] === undefined ? {} : { x: array(FIELDS.x) }),
    ...(kept.length === 0 ? {} : { memory: kept }),
    ...(mask === undefined ? {} : { known: { image: array(FIELDS.image), mask: new Uint8Array(mask) } }),
  };
  return { slice: (first, count) => checkSaved(sliceStart(start, first, count)) };
}

/** The request of a job without its arrays. */
export type JobPlan = Pick<SamplingStart, 'plan' | 'model' | 'guideModel'>;

/** Decodes the plain values of {@link encodeStart}. @throws `JOBS_RECORD` */
export function decodePlan(text: Buffer | undefined): JobPlan {
  const { plan, model, guideModel } = parsed(text);
  const checked = checkPlan(plan, (problem) => {
    throw jobsError('JOBS_RECORD', `job: ${problem} Send the job again.`);
  });
  return { plan: checked, model, guideModel };
}

type Plain = Pick<SamplingStart, 'plan' | 'nextStep' | 'model' | 'guideModel'> & { readonly memory: number };

function parsed(text: Buffer | undefined): Plain {
  try {
    const value: Plain = JSON.parse(text?.toString() ?? '');
    if (Array.isArray(value.plan.images) && Number.isSafeInteger(value.memory)) return value;
  } catch (cause) {
    return fail('start is not JSON', cause);
  }
  return fail('start has no images');
}

function fail(problem: string, cause?: unknown): never {
  throw jobsError('JOBS_RECORD', `job: ${problem}; expected the request of a job. Send the job again.`, {
    cause,
  });
}
