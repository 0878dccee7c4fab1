import { expect, it } from 'vitest';
import { DATA_SET_NAMES, dataSetOf, requireDataSet } from './data-sets.ts';

it('requireDataSet accepts digits, whose features are part of the repository', async () => {
  await expect(requireDataSet('mnist')).resolves.toBeUndefined();
});

it('requireDataSet names a missing file and the commands that make it', async () => {
  for (const name of DATA_SET_NAMES) {
    const { prepare } = dataSetOf(name);
    const problem = await requireDataSet(name).catch((error: unknown) => error);
    if (problem === undefined) continue;
    expect(problem).toMatchObject({
      code: 'BENCH_USAGE',
      message: expect.stringContaining(`expected it for the data set ${name}. Make it with ${prepare}`),
    });
  }
});
