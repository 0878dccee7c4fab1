import { describe, expect, it } from 'vitest';
import { runTarget } from '../run-target.ts';
import { TARGET_NAMES, TARGETS } from '../targets.ts';

/** Number of inputs per target. It suffices to apply every mutation; `pnpm fuzz` tries many more. */
const INPUTS = 150;

describe('the fuzz target', () => {
  it.each(TARGET_NAMES.filter((name) => name !== 'trace'))(
    '%s does not fail on changed inputs',
    async (name) => {
      const target = await TARGETS[name]();
      const limits = { seed: 1, count: INPUTS, minutes: 2 };
      const { failures, outcomes, inputs } = await runTarget(
        name,
        target,
        limits,
        () => performance.now(),
        () => {},
      );
      expect(failures).toEqual([]);
      expect(inputs).toBe(INPUTS);
      // Some inputs are read and some are rejected.
      expect(outcomes.get('read')).toBeGreaterThan(0);
      expect(outcomes.size).toBeGreaterThan(1);
    },
    180_000,
  );
});
