import { CLEAN, createSchedule, type Level, levelAt, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { samplers } from './sampler-table.ts';

const schedule = createSchedule({ kind: 'linear' });
const steps = timestepPairs({ spacing: 'leading', steps: 5, numTrainTimesteps: 1000 });
const levels = levelsOf(schedule, steps);
const rowsOf = (name: 'euler' | 'heun', settings: Parameters<typeof samplers.euler.rows>[1]) =>
  samplers[name].rows({ schedule, levels }, settings);
const ratioOf = ({ alpha, sigma }: Level = CLEAN): number => sigma / alpha;

describe('churn', () => {
  it('adds noise before the network call and multiplies s by 1 + γ, as in Algorithm 2', () => {
    const [raise, call] = rowsOf('euler', { sChurn: 1, sNoise: 1.1 });
    const at = levelAt(schedule, 800);
    if (raise?.at !== null || call === undefined || call.at === null) throw new Error('expected two rows');
    // γ = 1 / 5. For x / α, the paper has t̂ = (1 + γ) t and x̂ = x + √(t̂² - t²) S_noise ε.
    expect(ratioOf(call.at)).toBeCloseTo(1.2 * ratioOf(at), 12);
    expect(raise.next.x).toBeCloseTo(call.at.alpha / at.alpha, 14);
    const noise = 1.1 * Math.sqrt(ratioOf(call.at) ** 2 - ratioOf(at) ** 2);
    expect(raise.next.noise?.[0]).toBeCloseTo(call.at.alpha * noise, 12);
    expect(call.at.t).toBeGreaterThan(800);
    expect(call.at.t).toBeLessThan(900);
  });

  it('limits γ to √2 - 1', () => {
    const [, call] = rowsOf('euler', { sChurn: 100 });
    expect(ratioOf(call?.at ?? CLEAN)).toBeCloseTo(Math.SQRT2 * ratioOf(levelAt(schedule, 800)), 12);
  });

  it('stays within the schedule', () => {
    const all = levelsOf(schedule, timestepPairs({ spacing: 'trailing', steps: 5, numTrainTimesteps: 1000 }));
    const rows = samplers.euler.rows({ schedule, levels: all }, { sChurn: 1 });
    expect(rows.map(({ at }) => at?.t ?? null)[0]).toBe(999);
    expect(rows.filter(({ at }) => at === null)).toHaveLength(4);
  });

  it.each(['euler', 'heun'] as const)('changes only levels between sTMin and sTMax with %s', (name) => {
    // s is 25.7, 6.17, 2.04, 0.72 and 0.01 at the five levels.
    const rows = rowsOf(name, { sChurn: 1, sTMin: 0.5, sTMax: 10 });
    const raised = rows.flatMap(({ at }, k) =>
      at === null ? [ratioOf(rows[k + 1]?.at ?? CLEAN) / 1.2] : [],
    );
    expect(raised.map((s) => Number(s.toFixed(2)))).toEqual([6.17, 2.04, 0.72]);
    expect(rowsOf(name, { sChurn: 0 })).toEqual(rowsOf(name, {}));
    expect(rowsOf(name, {}).every(({ at }) => at !== null)).toBe(true);
  });
});
