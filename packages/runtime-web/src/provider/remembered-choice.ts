import type { ProviderChoice } from '@isonoise/runtime';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { WebProviderName } from './candidates.ts';

/** What a measurement is of; where any of it changes, it is made anew. */
export interface MeasuredSetting {
  /** SHA-256 of the ONNX file. */
  readonly model: string;
  readonly adapter: string;
  readonly threads: number;
  readonly browser: string;
}

/** Of onnxruntime-web: another may be faster elsewhere. */
export const ORT_VERSION = '1.30.0';

function keyOf({ model, adapter, threads, browser }: MeasuredSetting): string {
  return `choice/${[model, adapter, threads, browser, ORT_VERSION].join('|')}`;
}

/** @returns what was chosen here before, and still holds; undefined where nothing does */
export async function recallChoice(
  storage: ModelStorage,
  setting: MeasuredSetting,
  now: number,
): Promise<{ readonly name: WebProviderName; readonly reason: string } | undefined> {
  const bytes = await storage.get(keyOf(setting));
  if (bytes === undefined) return undefined;
  const [name, until, ...reason] = new TextDecoder().decode(bytes).split('\n');
  if (name !== 'wasm' && name !== 'webgpu') return undefined;
  return Number(until) > now ? { name, reason: reason.join('\n') } : undefined;
}

/** @param until the time, as of `Date.now`, at which it is to be chosen anew; `Infinity` for never */
export async function rememberChoice(
  storage: ModelStorage,
  setting: MeasuredSetting,
  { name, reason }: ProviderChoice,
  until: number,
): Promise<void> {
  await storage.put(keyOf(setting), new TextEncoder().encode([name, until, reason].join('\n')));
}

export async function forgetChoice(storage: ModelStorage, setting: MeasuredSetting): Promise<void> {
  await storage.delete(keyOf(setting));
}
