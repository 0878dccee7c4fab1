import { expect, it } from 'vitest';
import { openLab } from '../../scripts/lab/open-lab.ts';
import { expectShortTasks, longestTask } from './long-tasks.ts';

it('a model that draws with WebAssembly blocks its page for less than a tenth of a second', async () => {
  const lab = await openLab({ isolated: true });
  try {
    await expectShortTasks({ drawing: 100 }, async () => {
      const { page, call } = await lab.open({ isolated: true });
      const { id } = await call('load', { source: '/models/mnist', provider: 'wasm' });
      const longest = await longestTask(page, async () => {
        const { steps } = await call('sample', id, { seed: 7, count: 8, steps: 10, class: 3, guidance: 2 });
        expect(steps).toBe(10);
      });
      await call('dispose', id);
      return { drawing: longest };
    });
  } finally {
    await lab.close();
  }
}, 600_000);
