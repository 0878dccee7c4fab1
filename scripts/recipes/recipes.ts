import type { RecipeOverrides } from '@isonoise/train';
import type { PresetName } from '@isonoise/train/presets';

/** A candidate: a preset and its changed settings. */
export interface Recipe {
  readonly preset: PresetName;
  readonly train?: RecipeOverrides['train'];
  readonly network?: RecipeOverrides['network'];
}

/** Returns the preset `quick` with changed settings of the objective. */
const objective = (settings: Readonly<Record<string, unknown>>): Recipe => ({
  preset: 'quick',
  train: { objective: settings },
});

const network = (fields: Readonly<Record<string, unknown>>): Recipe => ({ preset: 'quick', network: fields });

const patched = (...channels: number[]): Recipe =>
  network({ _class_name: 'PatchedUNet2D', block_out_channels: channels });

/** All candidates by name. The names say what differs from `today`, which is the preset `quick`. */
const RECIPES = {
  today: { preset: 'quick' },
  // Optimizer, rate and batch
  adam: { preset: 'quick', train: { optimizer: { kind: 'adam' } } },
  'rate-1e-3': { preset: 'quick', train: { optimizer: { learningRate: 1e-3 } } },
  'rate-4e-3': { preset: 'quick', train: { optimizer: { learningRate: 4e-3 } } },
  'batch-16': { preset: 'quick', train: { batchSize: 16 } },
  'batch-64': { preset: 'quick', train: { batchSize: 64 } },
  'linear-decay': { preset: 'quick', train: { learningRateSchedule: { kind: 'linear' } } },
  'stable-decay': { preset: 'quick', train: { learningRateSchedule: { kind: 'warmup-stable-decay' } } },
  // Objective
  stratified: objective({ timesteps: { kind: 'uniform', stratified: true } }),
  'logit-normal': objective({ timesteps: { kind: 'logit-normal', stratified: true } }),
  edm: objective({ timesteps: { kind: 'log-normal', stratified: true }, weighting: { kind: 'edm' } }),
  'nearest-8': objective({ noiseCandidates: 8 }),
  'nearest-64': objective({ noiseCandidates: 64 }),
  huber: objective({ loss: { kind: 'huber' } }),
  'simple-weights': objective({ weighting: { kind: 'simple' } }),
  flow: { preset: 'quick', train: { schedule: { kind: 'flow' } } },
  // Network
  'no-attention': network({ add_attention: false }),
  'two-layers': network({ layers_per_block: 2 }),
  wide: network({ block_out_channels: [24, 48, 64] }),
  dropout: network({ dropout: 0.1 }),
  augmented: { preset: 'quick', train: { augmentation: {} } },
  'patch-32-48': patched(32, 48),
  'patch-32-64': patched(32, 64),
  'patch-48-96': patched(48, 96),
  // Combinations
  'stratified-nearest-16': objective({
    timesteps: { kind: 'uniform', stratified: true },
    noiseCandidates: 16,
  }),
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;

export const RECIPE_NAMES = Object.keys(RECIPES) as readonly RecipeName[];

/** Returns a candidate by its name. */
export function recipeOf(name: RecipeName): Recipe {
  return RECIPES[name];
}
