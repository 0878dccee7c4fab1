import { codeOf, type IsonoiseError } from '@isonoise/error';
import { runtimeError } from './errors.ts';

/** What computes: an execution provider of ONNX Runtime. */
export type ProviderName = 'cpu' | 'cuda' | 'webgpu' | 'wasm';

/** The provider in use, and why this one. */
export interface ProviderChoice {
  readonly name: ProviderName;
  /** For people: `asked for`, or what `auto` tried and measured. */
  readonly reason: string;
}

/** A provider that could be used, and how. */
export interface ProviderCandidate<S> {
  readonly name: ProviderName;
  /** Makes a session on this provider, and on no other, or rejects with the reason. */
  open(): Promise<S>;
  close(session: S): Promise<void>;
  /** Milliseconds of a typical call, after a first one that does not count. */
  measure(session: S): Promise<number>;
}

/** Why one candidate is not used. */
interface ProviderFailure {
  readonly name: ProviderName;
  readonly reason: string;
  readonly cause: unknown;
}

/** What is thrown where no provider can run the model: the reason of each. */
function noProvider(
  requested: string,
  failures: readonly ProviderFailure[],
): IsonoiseError<'RUNTIME_PROVIDER'> {
  const lines = failures.map(({ name, reason }) => `  ${name}: ${reason}`);
  const advice =
    requested === 'auto' ? '' : "\nInstall what is missing, or ask for 'auto' or another provider.";
  return runtimeError(
    'RUNTIME_PROVIDER',
    `provider '${requested}': none can run the model:\n${lines.join('\n')}${advice}`,
    { cause: failures[0]?.cause },
  );
}

/** An accelerator must be this many times as fast as the last candidate: a near tie is not worth other rounding. */
const WORTHWHILE = 1.5;

/**
 * Opens the model on one provider. The provider asked for by name is used or it fails; nothing else is tried.
 *
 * `auto` opens every candidate. Where more than one can run the model their speed decides, not their kind: an
 * "accelerator" may be a software renderer. The fastest is used if it is 1.5 times as fast as the last candidate,
 * else the last one is.
 *
 * @param candidates in order of preference; the last one is the safe choice
 * @param signal looked at after each of them: where it is aborted, none is blamed, and none stays open
 * @throws IsonoiseError with the reason of each candidate that was tried
 * @throws `RUNTIME_REQUEST` a name that is none of the candidates'
 * @throws `RUNTIME_CONTRACT` as `open` threw it: the graph is wrong, whatever runs it
 * @throws the signal's reason when aborted
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

/** @param opened is added to: what its owner closes where this fails */
async function openNamed<S>(
  requested: ProviderName,
  candidates: readonly ProviderCandidate<S>[],
  opened: Opened<S>[],
  signal: AbortSignal | undefined,
): Promise<{ session: S; provider: ProviderChoice }> {
  const candidate = candidates.find(({ name }) => name === requested);
  if (candidate === undefined) {
    const names = candidates.map(({ name }) => name).join(', ');
    throw runtimeError('RUNTIME_REQUEST', `provider is '${requested}'; this runtime has auto, ${names}.`);
  }
  try {
    const session = await candidate.open();
    opened.push({ candidate, session });
    signal?.throwIfAborted();
    return { session, provider: { name: requested, reason: 'asked for' } };
  } catch (cause) {
    signal?.throwIfAborted();
    if (isContractError(cause)) throw cause;
    throw noProvider(requested, [failureOf(requested, cause)]);
  }
}

/** @param opened is added to: what its owner closes where this fails */
async function openFastest<S>(
  candidates: readonly ProviderCandidate<S>[],
  opened: Opened<S>[],
  signal: AbortSignal | undefined,
): Promise<{ session: S; provider: ProviderChoice }> {
  // 1. Open them all.
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

  // 2. One is left: no choice.
  const only = opened[0];
  if (only === undefined) throw noProvider('auto', failures);
  if (opened.length === 1) {
    const reason =
      reasons.length === 0 ? 'the only candidate' : `the only one that works (${reasons.join('; ')})`;
    return { session: only.session, provider: { name: only.candidate.name, reason } };
  }

  // 3. Several: measure. One that opens but cannot run is out, and closed at once: it may go on computing.
  const measured: (Opened<S> & { readonly time: number })[] = [];
  for (const each of [...opened]) {
    const { candidate, session } = each;
    try {
      const time = await candidate.measure(session);
      measured.push({ candidate, session, time });
      reasons.push(`${candidate.name}: ${time.toFixed(1)} ms a call`);
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
  // ONNX Runtime ends some of its messages with empty lines.
  return { name, reason: (cause instanceof Error ? cause.message : String(cause)).trim(), cause };
}
