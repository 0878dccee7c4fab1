import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, type ModelSpec } from '@isonoise/bundle';
import type { ExportRequest, Precision } from '@isonoise/export';

/** The content of an export, from a run or from a model. */
export interface ExportSource
  extends Pick<ExportRequest, 'network' | 'networkConfig' | 'theta' | 'training' | 'card' | 'extra'> {
  readonly spec: ModelSpec;
  /** Precision that is used if no flag requests one. */
  readonly precision: Precision;
  /** Whether the safetensors contain float16 weights if no flag decides. Default: false. */
  readonly halfWeights?: boolean;
  /** Description of the weights, for the report. */
  readonly weights: string;
  /** Steps of training; null if unknown. */
  readonly step: number | null;
  readonly warnings: readonly string[];
  /** Guide to export as a separate model. */
  readonly guide?: ExportSource | undefined;
}

/** Suffix that turns the folder and the name of a model into those of its guide. */
export const GUIDE_SUFFIX = '-guide';

/** Whether `path` is a model (a folder or a `.zip`), not a run. */
export async function isModel(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return path.endsWith('.zip');
  return (await stat(join(path, BUNDLE_PATHS.manifest)).catch(() => null))?.isFile() === true;
}
