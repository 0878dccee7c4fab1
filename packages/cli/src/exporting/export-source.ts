import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, type ModelSpec } from '@isonoise/bundle';
import type { ExportRequest, Precision } from '@isonoise/export';

/** What is exported, wherever its weights come from: a run, or a model that was exported before. */
export interface ExportSource
  extends Pick<ExportRequest, 'network' | 'networkConfig' | 'theta' | 'training' | 'card' | 'extra'> {
  readonly spec: ModelSpec;
  /** What is used where the flags do not say. */
  readonly precision: Precision;
  /** Which weights, for people. */
  readonly weights: string;
  /** Steps of training; null where it is not known. */
  readonly step: number | null;
  readonly warnings: readonly string[];
}

/** @returns whether `path` is a model, as its folder or its `.zip`, and not a run */
export async function isModel(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return path.endsWith('.zip');
  return (await stat(join(path, BUNDLE_PATHS.manifest)).catch(() => null))?.isFile() === true;
}
