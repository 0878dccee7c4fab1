import type { ModelSummary } from '@isonoise/api';
import { parseSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { named } from './catalog.ts';

it('named gives the spec of a server’s model the name of its folder, which requests use', () => {
  const model: ModelSummary = {
    name: 'earlier',
    url: 'models/earlier/',
    spec: {
      name: 'mnist',
      image: { channels: 1, height: 28, width: 28 },
      dataRange: [-1, 1],
      scheduler: parseSchedulerConfig({ num_train_timesteps: 10 }, 'test'),
      classes: null,
    },
    sha256: '0'.repeat(64),
    bytes: 1,
    provider: null,
    flops: 1,
    budget: 1,
  };
  expect(named(model)).toEqual({ ...model, spec: { ...model.spec, name: 'earlier' } });
});
