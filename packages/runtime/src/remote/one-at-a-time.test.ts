import { describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

/** Creates calls that log their start and that the test can end. */
function recorded(): {
  readonly log: string[];
  call(name: string): () => Promise<string>;
  end(name: string): void;
} {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    log,
    call: (name) => () => {
      log.push(name);
      return new Promise((resolve, reject) => {
        ends.set(name, () => (name.endsWith('!') ? reject(new Error(name)) : resolve(name)));
      });
    },
    end: (name) => ends.get(name)?.(),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('oneAtATime', () => {
  it('starts a call at once if none is running, and later calls in order, even after a failure', async () => {
    const { log, call, end } = recorded();
    const inTurn = oneAtATime();
    const first = inTurn(call('a!'));
    expect(log).toEqual(['a!']);
    const others = [inTurn(call('b')), inTurn(call('c'))];
    await settled();
    expect(log).toEqual(['a!']);
    end('a!');
    await expect(first).rejects.toThrow('a!');
    await settled();
    expect(log).toEqual(['a!', 'b']);
    end('b');
    await settled();
    end('c');
    expect(await Promise.all(others)).toEqual(['b', 'c']);
    void inTurn(call('d'));
    expect(log).toEqual(['a!', 'b', 'c', 'd']);
  });

  it('lets two loops take turns', async () => {
    const inTurn = oneAtATime();
    const log: string[] = [];
    const loop = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await inTurn(async () => {
          log.push(name);
          await settled();
        });
      }
    };
    await Promise.all([loop('a'), loop('b')]);
    expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });
});
