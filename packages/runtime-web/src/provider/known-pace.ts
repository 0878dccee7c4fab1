import type { ModelStorage } from '../storage/model-storage.ts';
import type { KnownPace } from './choose-threads.ts';
import { ORT_VERSION } from './remembered-choice.ts';

/** Stores the pace of a model on one thread. @param browser `navigator.userAgent` */
export function knownPace(storage: ModelStorage, model: string, browser: string): KnownPace {
  const key = `pace/${[model, browser, ORT_VERSION].join('|')}`;
  return {
    async recall() {
      const bytes = await storage.get(key);
      const ms = bytes === undefined ? Number.NaN : Number(new TextDecoder().decode(bytes));
      return Number.isFinite(ms) ? ms : undefined;
    },
    remember: (ms) => storage.put(key, new TextEncoder().encode(String(ms))),
  };
}
