import { runtimeError } from '@isonoise/runtime';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { createModelOpener, DEFAULT_RUNTIME, type RuntimeSettings } from './runtime-settings.ts';

it('createModelOpener gives a place another key if the settings change', () => {
  const settings = signal<RuntimeSettings>(DEFAULT_RUNTIME);
  const { keyWithSettings } = createModelOpener(settings, true);
  const before = keyWithSettings('a');
  expect(keyWithSettings('a')).toBe(before);
  settings.value = { ...DEFAULT_RUNTIME, threads: 2 };
  expect(keyWithSettings('a')).not.toBe(before);
});

it.each([
  ['opens models again after their thread ended', true, runtimeError('RUNTIME_WORKER', 'the thread ended.')],
  ['opens models again after an error of ONNX Runtime', true, new Error('the device is lost')],
  [
    'keeps models after a request that they cannot draw',
    false,
    runtimeError('RUNTIME_REQUEST', 'too large.'),
  ],
])('createModelOpener %s', (_, isNew, error) => {
  const { keyWithSettings, runFailed } = createModelOpener(signal(DEFAULT_RUNTIME), true);
  const before = keyWithSettings('a');
  runFailed(error);
  expect(keyWithSettings('a') !== before).toBe(isNew);
});
