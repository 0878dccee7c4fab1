import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, type ModelSpec } from '@isonoise/bundle';
import type { ExportRequest, Precision } from '@isonoise/export';

/** The content of an export, from a run or from a model. */
export interface ExportSource
  extends Pick<ExportRequest, 'network' | 'networkConfig' | 'theta' | 'training' | 'card' | 'extra'> {
  readonly spec: ModelSpec;
  /** Precision if no flag gives one. */
  readonly precision: Precision;
  /** Whether the safetensors contain float16 weights if no flag says so. Default false. */
  readonly halfWeights?: boolean;
  /** Describes the weights, for the report. */
  readonly weights: string;
  /** Steps of training; null if unknown. */
  readonly step: number | null;
  readonly warnings: readonly string[];
  /** A guide that is exported as a separate model. */
  readonly guide?: ExportSource | undefined;
}

/** Suffix that is added to the folder and the name of a model to name its guide. */
export const GUIDE_SUFFIX = '-guide';

/** @returns whether `path` is a model (a folder or a `.zip`) and not a run */
export async function isModel(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return path.endsWith('.zip');
  return (await stat(join(path, BUNDLE_PATHS.manifest)).catch(() => null))?.isFile() === true;
}
