import { describe, expect, it } from 'vitest';
import { runtimeError } from './errors.ts';
import { chooseProvider, type ProviderCandidate } from './provider.ts';
import type { ProviderName } from './provider-names.ts';

/**
 * Creates a candidate whose session is its name.
 *
 * @param result the measured time (NaN: it cannot run), or the error of opening
 */
function candidate(
  name: ProviderName,
  result: number | Error,
  log: string[] = [],
): ProviderCandidate<string> {
  return {
    name,
    open: async () => {
      log.push(`open ${name}`);
      if (result instanceof Error) throw result;
      return name;
    },
    close: async (session) => void log.push(`close ${session}`),
    measure: async () => {
      if (Number.isNaN(result)) throw new Error('no kernel');
      return Number(result);
    },
  };
}

describe('chooseProvider', () => {
  it('uses the requested provider and opens no other', async () => {
    const log: string[] = [];
    const chosen = await chooseProvider('cpu', [candidate('cuda', 1, log), candidate('cpu', 9, log)]);
    expect(chosen).toEqual({ session: 'cpu', provider: { name: 'cpu', reason: 'requested' } });
    expect(log).toEqual(['open cpu']);
  });

  it('does not fall back to a different provider if the requested one fails', async () => {
    const cause = new Error('no driver');
    const error: unknown = await chooseProvider('cuda', [
      candidate('cuda', cause),
      candidate('cpu', 1),
    ]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'RUNTIME_PROVIDER',
      cause,
    });
    expect(String(error)).toContain('cuda: no driver');
  });

  it('rejects a provider that this runtime does not have', async () => {
    await expect(chooseProvider('wasm', [candidate('cpu', 1)])).rejects.toThrow(
      "provider is 'wasm'; expected one of auto, cpu.",
    );
  });

  it('reports why providers do not work if auto is requested', async () => {
    const candidates = [
      candidate('cuda', new Error('no driver')),
      candidate('webgpu', new Error('no adapter')),
    ];
    const { provider } = await chooseProvider('auto', [...candidates, candidate('cpu', 5)]);
    expect(provider).toEqual({
      name: 'cpu',
      reason: 'cuda: no driver; webgpu: no adapter',
    });
    const error: unknown = await chooseProvider('auto', candidates).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /provider 'auto': no provider can run the model:\n {2}cuda: no driver\n {2}webgpu: no adapter/,
    );
  });

  it.each<[string, number, number, ProviderName]>([
    ['a fast accelerator', 1, 10, 'webgpu'],
    ['the CPU if the accelerator is a software renderer', 300, 1, 'cpu'],
    ['the CPU if the accelerator is only slightly faster', 9, 10, 'cpu'],
    ['the CPU if the accelerator cannot run the graph', Number.NaN, 10, 'cpu'],
  ])('measures providers if auto is requested, and chooses %s', async (_name, webgpu, cpu, expected) => {
    const log: string[] = [];
    const { session, provider } = await chooseProvider('auto', [
      candidate('webgpu', webgpu, log),
      candidate('cpu', cpu, log),
    ]);
    expect(session).toBe(expected);
    expect(provider.name).toBe(expected);
    expect(provider.reason).toMatch(/webgpu: (no kernel|\d.*ms per call); cpu: \d.*ms per call/);
    // The session that was not chosen is closed.
    expect(log.filter((line) => line.startsWith('close'))).toEqual([
      `close ${expected === 'cpu' ? 'webgpu' : 'cpu'}`,
    ]);
  });

  it.each<[string, ProviderName | 'auto', string]>([
    ['while the requested provider opens', 'webgpu', 'open webgpu'],
    ['while the first of several opens', 'auto', 'open webgpu'],
    ['while the last of several opens', 'auto', 'open cpu'],
    ['during the measurement', 'auto', 'measure webgpu'],
  ])('rejects with the reason when aborted %s, and closes everything', async (_when, requested, moment) => {
    const controller = new AbortController();
    const log: string[] = [];
    const say = (line: string): void => {
      log.push(line);
      if (line === moment) controller.abort(new Error('enough'));
    };
    // After the abort, every operation fails, as in a terminated worker.
    const checked = async (line: string): Promise<void> => {
      controller.signal.throwIfAborted();
      say(line);
    };
    const candidates = (['webgpu', 'cpu'] as const).map(
      (name): ProviderCandidate<string> => ({
        name,
        open: async () => {
          await checked(`open ${name}`);
          return name;
        },
        close: async (session) => void log.push(`close ${session}`),
        measure: async () => {
          await checked(`measure ${name}`);
          return 1;
        },
      }),
    );
    await expect(chooseProvider(requested, candidates, controller.signal)).rejects.toThrow('enough');
    const of = (what: string): string[] =>
      log.filter((line) => line.startsWith(what)).map((line) => line.slice(what.length));
    expect(of('close ')).toEqual(of('open '));
    expect(log[log.length - of('close ').length - 1]).toBe(moment);
  });

  it.each(['webgpu', 'auto'] as const)(
    'reports the abort instead of the failure that it causes in a candidate, if %s is requested',
    async (requested) => {
      const controller = new AbortController();
      const log: string[] = [];
      const ending: ProviderCandidate<string> = {
        ...candidate('webgpu', 1),
        open: async () => {
          controller.abort(new Error('enough'));
          throw new Error('the worker was terminated');
        },
      };
      const chosen = chooseProvider(requested, [ending, candidate('cpu', 1, log)], controller.signal);
      await expect(chosen).rejects.toThrow('enough');
      expect(log).toEqual([]);
    },
  );

  it('throws the contract error of a candidate, and closes open sessions', async () => {
    const log: string[] = [];
    const wrong = runtimeError('RUNTIME_CONTRACT', 'not a denoiser');
    const chosen = chooseProvider('auto', [candidate('cuda', 1, log), candidate('cpu', wrong, log)]);
    await expect(chosen).rejects.toBe(wrong);
    expect(log.at(-1)).toBe('close cuda');
    await expect(chooseProvider('cpu', [candidate('cpu', wrong)])).rejects.toBe(wrong);
  });
});
