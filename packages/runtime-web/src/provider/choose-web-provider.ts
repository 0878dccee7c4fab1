import { codeOf } from '@isonoise/error';
import { chooseProvider, type ProviderCandidate, type ProviderChoice } from '@isonoise/runtime';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { WebProviderName } from './candidates.ts';
import { forgetChoice, type MeasuredSetting, recallChoice, rememberChoice } from './remembered-choice.ts';

/**
 * So long a choice holds that a failure led to. What failed may have been out of memory, or kept busy by another page, and
 * would be out for good; a failure that stays costs its seconds once a day.
 */
const FAILURE_HOLDS_MS = 24 * 60 * 60 * 1000;

interface Chosen<S> {
  readonly session: S;
  readonly provider: ProviderChoice;
}

/**
 * Opens the model on the provider asked for; for `auto` on the one that was the fastest on this device before, and where
 * nothing is known, or that one fails now, on the one that is measured to be. A choice between those that all work is
 * kept, and one without a provider that failed for a day.
 *
 * @param options.now milliseconds, as `Date.now`
 * @param options.signal where it is aborted, nothing is remembered, and nothing forgotten
 * @throws as `chooseProvider`
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

/** The same candidates, and whether any of them could not be opened or measured. */
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
