import type { TrainConfig } from '@isonoise/train';
import type { DataSetName } from './data-sets.ts';
import type { RecipeName } from './recipes.ts';
import { stepKey } from './step-times.ts';

/** A recipe with a data set on which it is trained. */
export interface Candidate {
  readonly recipe: RecipeName;
  readonly data: DataSetName;
  readonly config: TrainConfig;
}

/** A step whose time is measured once, for all candidates whose steps do the same work. */
export interface StepToMeasure {
  readonly key: string;
  /** The first candidate, with which the step is measured. */
  readonly first: Candidate;
  /** All candidates and data sets, such as `today, flow (mnist)`. */
  readonly what: string;
}

/** Groups candidates by the work of their steps. The groups have the order of their first candidates. */
export function stepsToMeasure(candidates: readonly Candidate[]): readonly StepToMeasure[] {
  const firsts = new Map<string, Candidate>();
  for (const each of candidates) {
    const key = stepKey(each.config);
    if (!firsts.has(key)) firsts.set(key, each);
  }
  return [...firsts].map(([key, first]) => {
    const own = candidates.filter(({ config }) => stepKey(config) === key);
    const list = (names: readonly string[]): string => [...new Set(names)].join(', ');
    return {
      key,
      first,
      what: `${list(own.map(({ recipe }) => recipe))} (${list(own.map(({ data }) => data))})`,
    };
  });
}
