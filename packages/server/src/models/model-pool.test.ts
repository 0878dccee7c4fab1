import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ModelPool } from './model-pool.ts';

/**
 * Returns a pool, a list of its events, and a function that acquires a model. The models only record when they are
 * opened and closed.
 */
function pool(maxOpen: number) {
  const events: string[] = [];
  const models = new ModelPool<{ close(): Promise<void> }>({
    maxOpen,
    onCloseFailed: (reason) => events.push(String(reason)),
  });
  const use = (key: string) =>
    models.acquire(key, async () => {
      events.push(`open ${key}`);
      return { close: async () => void events.push(`close ${key}`) };
    });
  return { models, events, use };
}

describe('ModelPool', () => {
  it('opens a model once for concurrent callers', async () => {
    const { events, use } = pool(2);
    const [a, b] = await Promise.all([use('a'), use('a')]);
    expect(a.model).toBe(b.model);
    expect(events).toEqual(['open a']);
  });

  it('closes the least recently used model, but no model in use', async () => {
    const { events, use, models } = pool(2);
    const a = await use('a');
    (await use('b')).release();
    (await use('c')).release();
    await Promise.resolve();
    expect(events).toEqual(['open a', 'open b', 'open c', 'close b']);
    const d = await use('d');
    await Promise.resolve();
    expect(events.slice(4)).toEqual(['open d', 'close c']);
    await use('e');
    expect(models.size).toBe(3);
    a.release();
    a.release();
    await Promise.resolve();
    expect(events.slice(6)).toEqual(['open e', 'close a']);
    d.release();
    await models.close();
    expect(events.slice(8)).toEqual(['close d', 'close e']);
  });

  it('waits for all models when it is closed, including models already being closed', async () => {
    const { models, use, events } = pool(1);
    const slow = { close: () => sleep(20).then(() => void events.push('close slow')) };
    (await models.acquire('slow', async () => slow)).release();
    await use('a');
    await models.close();
    expect(events).toEqual(['open a', 'close a', 'close slow']);
  });

  it('opens a model again after a failure', async () => {
    const { models, use } = pool(1);
    await expect(models.acquire('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(models.size).toBe(0);
    expect((await use('a')).model).toBeDefined();
  });
});
