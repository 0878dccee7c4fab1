import { plural } from '@isonoise/error';
import { mostKept, type Row, type SamplingPlan } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';

/**
 * Maximum total bytes of the arrays that a request holds during a network call, as float32: the images of the call with
 * their rows of tags, and the arrays that the sampler keeps. Several copies of them are in memory, and the base64 form of
 * a response must fit in one string.
 */
const MOST_BYTES = 256 << 20;

/**
 * Checks the memory of a request. Guidance and a blend double the images of a call. Windows are computed in calls of a
 * limited size, but their outputs are added in float64.
 *
 * @param rows the rows of the whole run
 * @param isGuided whether some calls are guided
 * @throws ServerError `BUDGET_EXCEEDED`
 */
export function checkMemory(plan: SamplingPlan, rows: readonly Row[], isGuided: boolean): void {
  const { images, shape, tags, blend, windows, inpainting, sampler, steps } = plan;
  const values = shape.channels * shape.height * shape.width;
  const count = images.length;
  const rowLength = tags?.count ?? 0;
  const conditions = (isGuided ? 2 : 1) * (blend === undefined ? 1 : 2);
  const sums = windows === undefined ? 0 : Float64Array.BYTES_PER_ELEMENT / Float32Array.BYTES_PER_ELEMENT;
  const kept = mostKept(rows, 1, steps.length) + (inpainting === undefined ? 0 : 1);
  const perImage = conditions * ((1 + sums) * values + rowLength) + kept * values;
  const bytes = Float32Array.BYTES_PER_ELEMENT * count * perImage;
  if (bytes <= MOST_BYTES) return;
  const parts = [
    ...(rowLength === 0 ? [] : [` with rows of ${plural(rowLength, 'tag')}`]),
    ...(isGuided ? [' × 2 for guidance'] : []),
    ...(blend === undefined ? [] : [' × 2 for the blend']),
    ...(windows === undefined ? [] : [', with sums of windows']),
    ...(kept === 0 ? [] : [`, with ${kept === 1 ? 'an array' : `${kept} arrays`} that ${sampler} keeps`]),
  ].join('');
  const advice =
    count === 1
      ? 'Request a smaller canvas.'
      : 'Request fewer images, or split the request with `images`: image i of a seed is the same in every request.';
  throw new ServerError(
    'BUDGET_EXCEEDED',
    `${plural(count, 'image')} of [${shape.channels}, ${shape.height}, ${shape.width}]${parts} would be ${bytes} bytes; ` +
      `expected at most ${MOST_BYTES} per request. ${advice}`,
  );
}
