import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { createModelOpener, DEFAULT_RUNTIME, type RuntimeSettings } from './runtime-settings.ts';

it('createModelOpener gives a place a different key if the settings change', () => {
  const settings = signal<RuntimeSettings>(DEFAULT_RUNTIME);
  const { keyWithSettings } = createModelOpener(settings, true);
  const before = keyWithSettings('a');
  expect(keyWithSettings('a')).toBe(before);
  settings.value = { ...DEFAULT_RUNTIME, threads: 2 };
  expect(keyWithSettings('a')).not.toBe(before);
});
