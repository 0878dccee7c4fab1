import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRun } from './read-case.ts';

/** A run of steps.json; packages/sampler/testdata/README.md explains the file. */
interface StoredRun {
  readonly class: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly sampler: string;
  readonly settings: Readonly<Record<string, unknown>>;
}
const { runs } = JSON.parse(
  readFileSync(new URL('../../packages/sampler/testdata/steps.json', import.meta.url), 'utf8'),
) as { readonly runs: readonly StoredRun[] };

/** Settings that do not come from the configuration: arguments of `step` of DDIM, and a change by `set_timesteps`. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  DDIMScheduler: ['eta', 'epsFromClipped'],
  DPMSolverSinglestepScheduler: ['lowerOrderFinal'],
};

const cases = runs.map((run, index) => ({ ...run, number: index + 1 }));

describe('the reader of bundles', () => {
  it.each(cases)('gives run $number of $class the sampler $sampler and its settings', (run) => {
    const config = { ...run.config, _class_name: run.class };
    const { sampler, settings } = readRun({ config, step: {} }, {});
    expect(sampler).toBe(run.sampler);
    const stored = Object.entries(run.settings).filter(([name]) => !OTHERS[run.class]?.includes(name));
    expect(settings).toMatchObject({
      ...Object.fromEntries(stored),
      thresholding: run.config.thresholding === true,
    });
  });
});
