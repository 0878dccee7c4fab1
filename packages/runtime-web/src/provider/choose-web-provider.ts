import { codeOf } from '@isonoise/error';
import { chooseProvider, type ProviderCandidate, type ProviderChoice } from '@isonoise/runtime';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { WebProviderName } from './candidates.ts';
import { forgetChoice, type MeasuredSetting, recallChoice, rememberChoice } from './remembered-choice.ts';

/**
 * How long a choice after a failure is kept. The failure may be temporary, such as too little memory or a GPU that a
 * different page uses. Retrying a provider that always fails costs a few seconds a day.
 */
const FAILURE_HOLDS_MS = 24 * 60 * 60 * 1000;

interface Chosen<S> {
  readonly session: S;
  readonly provider: ProviderChoice;
}

/**
 * Opens the model on the requested provider. `auto` uses the provider that an earlier measurement on this device
 * selected. If no choice is remembered, or the remembered provider now fails, `auto` measures all providers. It
 * remembers the choice permanently if all providers work, and for a day if one failed.
 *
 * @param options.now milliseconds as of `Date.now`
 * @param options.signal aborts the choice; remembered choices then do not change
 * @throws the errors of `chooseProvider`
 */
export async function chooseWebProvider<S>(
  requested: 'auto' | WebProviderName,
  candidates: readonly ProviderCandidate<S>[],
  storage: ModelStorage,
  setting: MeasuredSetting,
  { signal, now = Date.now }: { readonly signal?: AbortSignal | undefined; readonly now?: () => number } = {},
): Promise<Chosen<S>> {
  if (requested !== 'auto') return chooseProvider(requested, candidates, signal);
  const before = await recallChoice(storage, setting, now());
  if (before !== undefined) {
    try {
      const { session } = await chooseProvider(before.name, candidates, signal);
      const reason = `remembered for this device (${before.reason})`;
      return { session, provider: { name: before.name, reason } };
    } catch (cause) {
      if (codeOf(cause) !== 'RUNTIME_PROVIDER') throw cause;
      await forgetChoice(storage, setting);
    }
  }
  const watched = watchFailures(candidates);
  const chosen = await chooseProvider('auto', watched.candidates, signal);
  const until = watched.anyFailed() ? now() + FAILURE_HOLDS_MS : Number.POSITIVE_INFINITY;
  await rememberChoice(storage, setting, chosen.provider, until);
  return chosen;
}

/** Wraps candidates to record whether any of them could not be opened or measured. */
function watchFailures<S>(candidates: readonly ProviderCandidate<S>[]): {
  readonly candidates: readonly ProviderCandidate<S>[];
  readonly anyFailed: () => boolean;
} {
  let failed = false;
  const watch = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt;
    } catch (cause) {
      failed = true;
      throw cause;
    }
  };
  return {
    candidates: candidates.map((candidate) => ({
      ...candidate,
      open: () => watch(candidate.open()),
      measure: (session) => watch(candidate.measure(session)),
    })),
    anyFailed: () => failed,
  };
}
