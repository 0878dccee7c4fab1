// Process of check-gradient.mjs. It exits with status 0 only if tfjs-node computes the right gradient of a convolution.
import { createRequire } from 'node:module';
import { CLI_FOLDER } from './package-folder.mjs';

const require = createRequire(`${CLI_FOLDER}package.json`);

/**
 * Gradient of sum(conv2d(x, w)) with respect to w, for x = 0…8 as 3×3, w of 2×2, and valid padding. For each weight,
 * it is the sum of the four values of x that the weight multiplies.
 */
const EXPECTED = '8,12,20,24';

try {
  const tf = require('@tensorflow/tfjs-node');
  // Our engines use the tfjs-core that this repository's packages resolve; tfjs-node must use the same copy.
  if (require('@tensorflow/tfjs-core').engine() !== tf.engine())
    throw new Error('Found two copies of @tensorflow/tfjs-core; expected one.');
  const x = tf.reshape(tf.range(0, 9), [1, 3, 3, 1]);
  const w = tf.ones([2, 2, 1, 1]);
  const gradient = tf.grad((w) => tf.sum(tf.conv2d(x, w, 1, 'valid')))(w);
  const got = (await gradient.data()).join(',');
  if (got !== EXPECTED) throw new Error(`Gradient of a convolution: got ${got}; expected ${EXPECTED}.`);
  const native = tf.backend().binding.TF_Version;
  console.log(
    `tfjs-node ${tf.version['tfjs-node']} works, on libtensorflow ${native}: the gradient of a convolution is correct.`,
  );
} catch (error) {
  // The message says what is missing; a stack would not help.
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
