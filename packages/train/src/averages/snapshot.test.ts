import { decodeSafetensors, encodeSafetensors, sha256Hex } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.ts';

const snapshot: Snapshot = {
  step: 50,
  lengths: [0.1, 0.05],
  averages: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)],
};

/** Returns the snapshot with changed metadata and a correct SHA-256. */
function changed(metadata: Readonly<Record<string, string>>): Uint8Array {
  const { tensors, metadata: old } = decodeSafetensors(encodeSnapshot(snapshot));
  const text = metadata.snapshot ?? old.snapshot ?? '';
  const hash = sha256Hex(new TextEncoder().encode(text));
  return encodeSafetensors([...tensors.values()], { ...old, ...metadata, 'sha256.snapshot': hash });
}

describe('decodeSnapshot', () => {
  it('reads what encodeSnapshot wrote', () => {
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
    expect(decodeSnapshot(changed({}))).toEqual(snapshot);
  });

  it.each([
    ['text that is not JSON', { snapshot: '{' }, 'JSON'],
    ['no step', { snapshot: '{"lengths":[0.1,0.05]}' }, 'expected {"step", "lengths"}'],
    ['one length', { snapshot: '{"step":50,"lengths":[0.1]}' }, 'expected {"step", "lengths"}'],
    ['null', { snapshot: 'null' }, 'its snapshot is null'],
    ['a different format', { format: 'isonoise-checkpoint' }, 'its format is "isonoise-checkpoint"'],
  ])('refuses a file with %s', (_, metadata, message) => {
    expect(() => decodeSnapshot(changed(metadata))).toThrow(
      expect.objectContaining({
        code: 'RUN_CHECKPOINT_DAMAGED',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('refuses a newer version, and a truncated file', () => {
    expect(() => decodeSnapshot(changed({ version: '2' }))).toThrow(
      expect.objectContaining({
        code: 'RUN_CHECKPOINT_VERSION',
        message: 'snapshot: the format version is 2; expected 1. Update isonoise.',
      }),
    );
    const bytes = encodeSnapshot(snapshot);
    expect(() => decodeSnapshot(bytes.subarray(0, bytes.length - 4))).toThrow(
      expect.objectContaining({ code: 'RUN_CHECKPOINT_DAMAGED' }),
    );
  });
});
