import { recipe } from '@isonoise/train';
import { expect, it } from 'vitest';
import { stepKey } from './step-times.ts';
import { stepsToMeasure } from './steps-to-measure.ts';

it('stepsToMeasure lists each kind of step once, with all candidates that use it', () => {
  const images = { name: 'mnist', shape: { channels: 1, height: 28, width: 28 }, classNames: ['a', 'b'] };
  const today = recipe(images, 'quick');
  const flow = recipe(images, 'quick', { train: { schedule: { kind: 'flow' } } });
  const small = recipe(images, 'quick', { train: { batchSize: 16 } });
  const steps = stepsToMeasure([
    { recipe: 'today', data: 'mnist', config: today },
    { recipe: 'batch-16', data: 'mnist', config: small },
    { recipe: 'flow', data: 'mnist', config: flow },
    { recipe: 'flow', data: 'fashion-mnist', config: flow },
  ]);
  expect(steps.map(({ key, what, first }) => [key, what, first.config])).toEqual([
    [stepKey(today), 'today, flow (mnist, fashion-mnist)', today],
    [stepKey(small), 'batch-16 (mnist)', small],
  ]);
});
