import type { Model } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { createGuideStore } from './guide.ts';

/** Creates a guide store, and records its calls in `log`. A guide named `broken` fails. */
function scene() {
  const log: string[] = [];
  const settings = { threads: 1 };
  const failed = new Set<Model>();
  const openGuide = createGuideStore({
    placeOf: (name) => ({ key: name, open: async () => [] }),
    keyWithSettings: (key) => `${key} ${settings.threads}`,
    isBroken: (model) => failed.has(model),
    async openModel({ key }) {
      log.push(`open ${key}`);
      if (key === 'broken') throw new Error('damaged');
      return { dispose: async () => void log.push(`close ${key}`) } as Model;
    },
  });
  return { log, settings, failed, openGuide };
}
const never = new AbortController().signal;

it('createGuideStore keeps one guide open until another guide, other settings or no guide are requested', async () => {
  const { log, settings, openGuide } = scene();
  const first = await openGuide('a', never);
  expect(await openGuide('a', never)).toBe(first);
  await openGuide('b', never);
  settings.threads = 2;
  await openGuide('b', never);
  expect(await openGuide(undefined, never)).toBeUndefined();
  expect(log).toEqual(['open a', 'close a', 'open b', 'close b', 'open b', 'close b']);
});

it('createGuideStore retries a guide that failed', async () => {
  const { log, openGuide } = scene();
  await expect(openGuide('broken', never)).rejects.toThrow('damaged');
  await expect(openGuide('broken', never)).rejects.toThrow('damaged');
  expect(log).toEqual(['open broken', 'open broken']);
});

it('createGuideStore opens a guide again after it failed', async () => {
  const { log, failed, openGuide } = scene();
  const first = await openGuide('a', never);
  if (first !== undefined) failed.add(first);
  expect(await openGuide('a', never)).not.toBe(first);
  expect(log).toEqual(['open a', 'close a', 'open a']);
});
