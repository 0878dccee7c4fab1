import {
  chooseProvider,
  type ProviderCandidate,
  type ProviderChoice,
  ProviderError,
} from '@isonoise/runtime';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { WebProviderName } from './candidates.ts';
import { forgetChoice, type MeasuredSetting, recallChoice, rememberChoice } from './remembered-choice.ts';

interface Chosen<S> {
  readonly session: S;
  readonly provider: ProviderChoice;
}

/**
 * Opens the model on the provider asked for; for `auto` on the one that was the fastest on this device before, and where
 * nothing is known, or that one fails now, on the one that is measured to be.
 *
 * @param signal where it is aborted, nothing is remembered, and nothing forgotten
 * @throws as `chooseProvider`
 */
export async function chooseWebProvider<S>(
  requested: 'auto' | WebProviderName,
  candidates: readonly ProviderCandidate<S>[],
  storage: ModelStorage,
  setting: MeasuredSetting,
  signal?: AbortSignal,
): Promise<Chosen<S>> {
  if (requested !== 'auto') return chooseProvider(requested, candidates, signal);
  const before = await recallChoice(storage, setting);
  if (before !== undefined) {
    try {
      const { session } = await chooseProvider(before.name, candidates, signal);
      const reason = `remembered for this device (${before.reason})`;
      return { session, provider: { name: before.name, reason } };
    } catch (cause) {
      if (!(cause instanceof ProviderError)) throw cause;
      await forgetChoice(storage, setting);
    }
  }
  const chosen = await chooseProvider('auto', candidates, signal);
  await rememberChoice(storage, setting, chosen.provider);
  return chosen;
}
