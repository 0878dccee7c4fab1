import {
  type SigmaGrid,
  type SpacedTimesteps,
  type Spacing,
  type SpacingRule,
  TIMESTEP_RULES,
  type TimestepRule,
} from '@isonoise/schedule';
import type { JsonObject } from './json.ts';
import type { SchedulerClass } from './scheduler-class.ts';

/** The key of each grid of sigmas. */
const GRID_KEYS = {
  use_karras_sigmas: 'karras',
  use_exponential_sigmas: 'exponential',
  use_beta_sigmas: 'beta',
  use_lu_lambdas: 'lu',
} as const satisfies Readonly<Record<string, SigmaGrid>>;

const gridKeys = Object.entries(GRID_KEYS);

/** Returns the grids of sigmas that a file selects. diffusers rejects more than one grid. */
export const gridsOf = (config: JsonObject): readonly (readonly [key: string, grid: SigmaGrid])[] =>
  gridKeys.filter(([key]) => config[key] === true);

const isRule = (value: unknown): value is TimestepRule => TIMESTEP_RULES.some((rule) => rule === value);

const whole = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Reads the spacing from the keys of a class. A rule without variants is returned as its name. */
export function readSpacing({ spacing: own }: SchedulerClass, config: JsonObject): Spacing | SpacingRule {
  const stated = config.timestep_spacing;
  const rule = own.rule ?? (isRule(stated) ? stated : 'leading');
  const timesteps: SpacedTimesteps = {
    rule,
    ...(rule === 'linspace' && own.fractional ? { fractional: true } : {}),
    ...(rule !== 'trailing' && own.omitLast ? { omitLast: true } : {}),
  };
  const [key, value] = own.endsNoisy === 'always' ? [] : (own.endsNoisy ?? []);
  const endsNoisy = own.endsNoisy === 'always' || (key !== undefined && config[key] === value);
  const end = endsNoisy ? { end: 'timestep0' as const } : {};
  const grid = gridsOf(config)[0]?.[1];
  // `linspace` spans the whole schedule, so `within` would have no effect.
  const isInside = own.within === true && rule !== 'linspace';
  const chosen: SpacingRule =
    grid === undefined
      ? { ...timesteps, ...end }
      : { rule: grid, ...(isInside ? { within: withOffset(timesteps, config) } : {}), ...end };
  return Object.keys(chosen).length === 1 ? chosen.rule : withOffset(chosen, config);
}

/**
 * Adds the configuration's offset to the rule `leading`. The name `leading` uses the model's offset, but a rule with
 * variants must contain it.
 */
function withOffset<S extends SpacedTimesteps | SpacingRule>(spacing: S, { steps_offset }: JsonObject): S {
  return spacing.rule === 'leading' ? { ...spacing, offset: whole(steps_offset) } : spacing;
}

/** Returns the keys of a class that are closest to a spacing. */
export function spacingKeys(
  { keys, spacing: own }: SchedulerClass,
  choice: Spacing | SpacingRule,
): JsonObject {
  const spacing: SpacingRule = typeof choice === 'string' ? { rule: choice } : choice;
  const grid = gridKeys.find(([, name]) => name === spacing.rule)?.[0];
  const { rule, offset }: Partial<SpacingRule> = grid === undefined ? spacing : (spacing.within ?? {});
  const found: JsonObject = {
    ...(grid === undefined ? {} : { [grid]: true }),
    ...(rule === undefined || own.rule !== undefined ? {} : { timestep_spacing: rule }),
    ...(offset === undefined ? {} : { steps_offset: offset }),
    ...endKey(own.endsNoisy, spacing.end === 'timestep0'),
  };
  return Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(keys, key)));
}

function endKey(endsNoisy: SchedulerClass['spacing']['endsNoisy'], isNoisy: boolean): JsonObject {
  if (endsNoisy === undefined || endsNoisy === 'always') return {};
  const [key, value] = endsNoisy;
  if (isNoisy) return { [key]: value };
  return typeof value === 'boolean' ? { [key]: !value } : { [key]: 'zero' };
}

/** Describes a spacing by its name and its variants. */
export function spacingText(choice: Spacing | SpacingRule): string {
  if (typeof choice === 'string') return choice;
  const { rule, within, ...variants } = choice;
  const words = Object.entries(variants).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [value === true ? name : `${name} ${value}`],
  );
  const inner = within === undefined ? [] : [`within ${spacingText(within)}`];
  const all = [...inner, ...words];
  return all.length === 0 ? rule : `${rule} (${all.join(', ')})`;
}
