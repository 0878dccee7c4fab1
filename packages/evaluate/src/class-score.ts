import { plural } from '@isonoise/error';
import { evaluateError } from './errors.ts';

/**
 * Returns the Inception score for any classifier: exp(mean over images of KL(p(y|x) ‖ p(y))). The score is 1 if all
 * images get the same probabilities. It is the number of classes if the classifier is certain about each image and
 * all classes are equally frequent.
 *
 * @param probabilities p(y|x), `[N, classes]`; each row sums to 1
 * @throws `EVALUATE_SHAPE` if rows are missing or incomplete; `EVALUATE_NON_FINITE` if a value is not a probability
 *
 * Source: Salimans et al. 2016, arXiv 1606.03498, section 4.
 */
export function classScore(probabilities: Float32Array, classes: number): number {
  const count = probabilities.length / classes;
  if (!Number.isInteger(count) || count < 1) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `class score: got ${plural(probabilities.length, 'probability', 'probabilities')} for ${plural(classes, 'class', 'classes')}; expected a positive multiple of ${classes}. ` +
        'Pass one probability per image and class.',
    );
  }
  const marginal = new Float64Array(classes);
  for (const [i, p] of probabilities.entries()) {
    if (!(p >= 0 && p <= 1)) {
      throw evaluateError(
        'EVALUATE_NON_FINITE',
        `class score: a probability of image ${Math.floor(i / classes)} is ${p}; expected a number from 0 to 1. ` +
          'Pass probabilities, not logits.',
      );
    }
    marginal[i % classes] = (marginal[i % classes] as number) + p / count;
  }
  let divergence = 0;
  for (const [i, p] of probabilities.entries()) {
    if (p > 0) divergence += p * Math.log(p / (marginal[i % classes] as number));
  }
  return Math.exp(divergence / count);
}
