import { codeOf, type IsonoiseError } from '@isonoise/error';
import { runtimeError } from './errors.ts';
import type { ProviderName } from './provider-names.ts';

/** The chosen provider, and the reason for the choice. */
export interface ProviderChoice {
  readonly name: ProviderName;
  /**
   * Text for the user: `requested` for a requested provider. For `auto`, the text lists why the other providers
   * cannot be used (`cuda: its libraries are not installed; webgpu: no GPU found`), and the measured times of usable
   * providers.
   */
  readonly reason: string;
}

/** An execution provider that {@link chooseProvider} may try. */
export interface ProviderCandidate<S> {
  readonly name: ProviderName;
  /** Creates a session on this provider only, or rejects with the reason. */
  open(): Promise<S>;
  close(session: S): Promise<void>;
  /** Measures the milliseconds of a typical call, after a warm-up call. */
  measure(session: S): Promise<number>;
}

/** A candidate that cannot be used, with the reason. */
interface ProviderFailure {
  readonly name: ProviderName;
  readonly reason: string;
  readonly cause: unknown;
}

/** Creates the error for a model that no candidate can run. The message has the reason for each candidate. */
function noProvider(
  requested: string,
  failures: readonly ProviderFailure[],
): IsonoiseError<'RUNTIME_PROVIDER'> {
  // Messages of ONNX Runtime may have several lines.
  const lines = failures.flatMap(({ name, reason }) => `  ${name}: ${reason}`.split('\n'));
  const advice =
    requested === 'auto' ? [] : ["Install what is missing, or choose 'auto' or a different provider."];
  const problem =
    requested === 'auto'
      ? "provider 'auto': no provider can run the model"
      : `provider '${requested}' cannot run the model`;
  return runtimeError('RUNTIME_PROVIDER', [`${problem}:`, ...lines, ...advice], {
    cause: failures[0]?.cause,
  });
}

/**
 * Minimum speed of a provider, as a multiple of the last candidate's speed. Providers round differently, and a
 * smaller gain does not justify that.
 */
const WORTHWHILE = 1.5;

/**
 * Opens the model on one provider. If a provider is requested by name, only this provider is tried.
 *
 * `auto` opens all candidates. If several can run the model, their speed is measured, because an "accelerator" may be
 * a software renderer. The fastest one is used if it is at least 1.5 times as fast as the last candidate. Otherwise
 * the last candidate is used.
 *
 * @param candidates in order of preference; the last one is the safe choice
 * @param signal checked after each candidate; if it is aborted, all sessions are closed
 * @throws `RUNTIME_PROVIDER` if no tried candidate works; the message has the reason for each
 * @throws `RUNTIME_REQUEST` if no candidate has the requested name
 * @throws `RUNTIME_CONTRACT` from `open`, if the graph does not fit the model
 * @throws the signal's reason if aborted
 */
export async function chooseProvider<S>(
  requested: ProviderName | 'auto',
  candidates: readonly ProviderCandidate<S>[],
  signal?: AbortSignal,
): Promise<{ session: S; provider: ProviderChoice }> {
  const opened: Opened<S>[] = [];
  try {
    return requested === 'auto'
      ? await openFastest(candidates, opened, signal)
      : await openNamed(requested, candidates, opened, signal);
  } catch (cause) {
    for (const { candidate, session } of opened) await candidate.close(session);
    throw cause;
  }
}

interface Opened<S> {
  readonly candidate: ProviderCandidate<S>;
  readonly session: S;
}

/** @param opened list to which the opened session is added; the caller closes it after a failure */
async function openNamed<S>(
  requested: ProviderName,
  candidates: readonly ProviderCandidate<S>[],
  opened: Opened<S>[],
  signal: AbortSignal | undefined,
): Promise<{ session: S; provider: ProviderChoice }> {
  const candidate = candidates.find(({ name }) => name === requested);
  if (candidate === undefined) {
    const names = candidates.map(({ name }) => name).join(', ');
    throw runtimeError('RUNTIME_REQUEST', `provider is '${requested}'; expected one of auto, ${names}.`);
  }
  try {
    const session = await candidate.open();
    opened.push({ candidate, session });
    signal?.throwIfAborted();
    return { session, provider: { name: requested, reason: 'requested' } };
  } catch (cause) {
    signal?.throwIfAborted();
    if (isContractError(cause)) throw cause;
    throw noProvider(requested, [failureOf(requested, cause)]);
  }
}

/** @param opened list to which the opened sessions are added; the caller closes them after a failure */
async function openFastest<S>(
  candidates: readonly ProviderCandidate<S>[],
  opened: Opened<S>[],
  signal: AbortSignal | undefined,
): Promise<{ session: S; provider: ProviderChoice }> {
  // 1. Open all candidates.
  const failures: ProviderFailure[] = [];
  for (const candidate of candidates) {
    try {
      opened.push({ candidate, session: await candidate.open() });
    } catch (cause) {
      if (isContractError(cause)) throw cause;
      failures.push(failureOf(candidate.name, cause));
    }
    signal?.throwIfAborted();
  }
  const reasons = failures.map(({ name, reason }) => `${name}: ${reason}`);

  // 2. If only one works, use it.
  const only = opened[0];
  if (only === undefined) throw noProvider('auto', failures);
  if (opened.length === 1) {
    const reason = reasons.length === 0 ? 'the only candidate' : reasons.join('; ');
    return { session: only.session, provider: { name: only.candidate.name, reason } };
  }

  // 3. Otherwise measure all of them. If a measurement fails, its session is closed before the next measurement,
  //    because it may still be computing.
  const measured: (Opened<S> & { readonly time: number })[] = [];
  for (const each of [...opened]) {
    const { candidate, session } = each;
    try {
      const time = await candidate.measure(session);
      measured.push({ candidate, session, time });
      reasons.push(`${candidate.name}: ${time.toFixed(1)} ms per call`);
    } catch (cause) {
      const failure = failureOf(candidate.name, cause);
      failures.push(failure);
      reasons.push(`${failure.name}: ${failure.reason}`);
      opened.splice(opened.indexOf(each), 1);
      await candidate.close(session);
    }
    signal?.throwIfAborted();
  }
  const safe = measured.at(-1);
  if (safe === undefined) throw noProvider('auto', failures);
  const fastest = measured.reduce((best, each) => (each.time < best.time ? each : best));
  const chosen = fastest.time * WORTHWHILE <= safe.time ? fastest : safe;
  for (const { candidate, session } of measured)
    if (session !== chosen.session) await candidate.close(session);
  return { session: chosen.session, provider: { name: chosen.candidate.name, reason: reasons.join('; ') } };
}

function isContractError(cause: unknown): boolean {
  return codeOf(cause) === 'RUNTIME_CONTRACT';
}

function failureOf(name: ProviderName, cause: unknown): ProviderFailure {
  // Some messages of ONNX Runtime end with empty lines.
  return { name, reason: (cause instanceof Error ? cause.message : String(cause)).trim(), cause };
}
