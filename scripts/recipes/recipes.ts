import type { RecipeOverrides } from '@isonoise/train';
import type { PresetName } from '@isonoise/train/presets';

/** A candidate: a preset and what it changes. */
export interface Recipe {
  readonly preset: PresetName;
  readonly train?: RecipeOverrides['train'];
  readonly network?: RecipeOverrides['network'];
}

const STRATIFIED = { stratified: true } as const;

/**
 * All candidates by name. `today` is the recipe of the preset `quick` at the budget of a cell. The names say what
 * differs from it.
 */
export const RECIPES = {
  today: { preset: 'quick' },
  // Optimizer, rate and batch
  muon: { preset: 'quick', train: { optimizer: { kind: 'muon' } } },
  'muon-2x': { preset: 'quick', train: { optimizer: { kind: 'muon', learningRate: 4e-3 } } },
  'rate-1e-3': { preset: 'quick', train: { optimizer: { learningRate: 1e-3 } } },
  'rate-4e-3': { preset: 'quick', train: { optimizer: { learningRate: 4e-3 } } },
  'batch-16': { preset: 'quick', train: { batchSize: 16 } },
  'batch-64': { preset: 'quick', train: { batchSize: 64 } },
  'linear-decay': { preset: 'quick', train: { learningRateSchedule: { kind: 'linear' } } },
  'stable-decay': { preset: 'quick', train: { learningRateSchedule: { kind: 'warmup-stable-decay' } } },
  // Objective
  stratified: { preset: 'quick', train: { objective: { timesteps: { kind: 'uniform', ...STRATIFIED } } } },
  'logit-normal': {
    preset: 'quick',
    train: { objective: { timesteps: { kind: 'logit-normal', ...STRATIFIED } } },
  },
  edm: {
    preset: 'quick',
    train: { objective: { timesteps: { kind: 'log-normal', ...STRATIFIED }, weighting: { kind: 'edm' } } },
  },
  'nearest-8': { preset: 'quick', train: { objective: { noiseCandidates: 8 } } },
  'nearest-64': { preset: 'quick', train: { objective: { noiseCandidates: 64 } } },
  huber: { preset: 'quick', train: { objective: { loss: { kind: 'huber' } } } },
  'simple-weights': { preset: 'quick', train: { objective: { weighting: { kind: 'simple' } } } },
  flow: { preset: 'quick', train: { schedule: { kind: 'flow' } } },
  // Network
  'no-attention': { preset: 'quick', network: { add_attention: false } },
  'two-layers': { preset: 'quick', network: { layers_per_block: 2 } },
  wide: { preset: 'quick', network: { block_out_channels: [24, 48, 64] } },
  dropout: { preset: 'quick', network: { dropout: 0.1 } },
  'patch-32-48': {
    preset: 'quick',
    network: { _class_name: 'PatchedUNet2D', block_out_channels: [32, 48] },
  },
  'patch-32-64': {
    preset: 'quick',
    network: { _class_name: 'PatchedUNet2D', block_out_channels: [32, 64] },
  },
  'patch-48-96': {
    preset: 'quick',
    network: { _class_name: 'PatchedUNet2D', block_out_channels: [48, 96] },
  },
  // Combinations
  'muon-stratified-nearest-16': {
    preset: 'quick',
    train: {
      optimizer: { kind: 'muon' },
      objective: { timesteps: { kind: 'uniform', ...STRATIFIED }, noiseCandidates: 16 },
    },
  },
  'muon-logit-normal': {
    preset: 'quick',
    train: {
      optimizer: { kind: 'muon' },
      objective: { timesteps: { kind: 'logit-normal', ...STRATIFIED } },
    },
  },
  'muon-patch-32-48': {
    preset: 'quick',
    train: { optimizer: { kind: 'muon' } },
    network: { _class_name: 'PatchedUNet2D', block_out_channels: [32, 48] },
  },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;

export const RECIPE_NAMES = Object.keys(RECIPES) as readonly RecipeName[];

/** The candidate with a name. */
export function recipeOf(name: RecipeName): Recipe {
  return RECIPES[name];
}
