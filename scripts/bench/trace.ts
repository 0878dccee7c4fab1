import { trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Bench } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { createResNet50 } from './resnet50.ts';

/** Goal for tracing a large published model for any batch size, in seconds. */
const SECONDS = 2;

export const tracing: Bench = {
  name: 'trace',
  description: 'tracing ResNet-50 for any batch size, against tracing it for a fixed batch size',
  async run({ quick }) {
    await tf.setBackend('cpu');
    const model = createResNet50();
    const over =
      (batch: number | string): (() => Promise<Uint8Array>) =>
      () =>
        trace(model.forward, [{ name: 'x', shape: [batch, 224, 224, 3] }]);
    const times = await interleave({ fixed: over(1), symbolic: over('batch') }, { rounds: quick ? 1 : 5 });
    model.dispose();
    const [fixed, symbolic] = [times.fixed.best / 1000, times.symbolic.best / 1000];
    const millions = `${formatNumber(model.parameterCount / 1e6)} million weights`;
    return [
      {
        what: 'ResNet-50 at 224×224: tracing for any batch ÷ for one size',
        value: symbolic / fixed,
        unit: '×',
        note: `${millions}; ${formatNumber(symbolic)} s against ${formatNumber(fixed)} s`,
        details: { anySeconds: symbolic, fixedSeconds: fixed },
      },
      {
        what: 'ResNet-50 at 224×224, any batch',
        value: symbolic,
        unit: 's',
        goal: { bound: 'at most', value: SECONDS },
        note: `from the function to the bytes of the file, ${millions}`,
      },
    ];
  },
};
