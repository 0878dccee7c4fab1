import type { ProviderChoice } from '@isonoise/runtime';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { WebProviderName } from './candidates.ts';

/** The facts that a measurement depends on. If one of them changes, the measurement is repeated. */
export interface MeasuredSetting {
  /** SHA-256 of the ONNX file. */
  readonly model: string;
  readonly adapter: string;
  readonly threads: number;
  readonly browser: string;
}

/** Version of onnxruntime-web. The speeds of other versions may differ. */
export const ORT_VERSION = '1.30.0';

function keyOf({ model, adapter, threads, browser }: MeasuredSetting): string {
  return `choice/${[model, adapter, threads, browser, ORT_VERSION].join('|')}`;
}

/** @returns the remembered choice; undefined if there is none or it has expired */
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

/** Stores a choice. @param until expiry time as of `Date.now`; `Infinity` means never */
export async function rememberChoice(
  storage: ModelStorage,
  setting: MeasuredSetting,
  { name, reason }: ProviderChoice,
  until: number,
): Promise<void> {
  await storage.put(keyOf(setting), new TextEncoder().encode([name, until, reason].join('\n')));
}

/** Deletes a choice. */
export async function forgetChoice(storage: ModelStorage, setting: MeasuredSetting): Promise<void> {
  await storage.delete(keyOf(setting));
}
