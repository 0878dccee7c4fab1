import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { weightValues } from '../../testdata/formula.ts';
import { memoryFile } from '../../testdata/memory-source.ts';
import { type ImportedModel, importModel } from '../import-model.ts';
import { torchGroups } from './torch-groups.ts';

const file = (name: string) =>
  memoryFile(readFileSync(new URL(`../../testdata/checkpoints/${name}`, import.meta.url)), name);

/** Imports a checkpoint with the configuration of all checkpoints. */
const imported = (name: string, weights?: string): Promise<ImportedModel> =>
  importModel(
    { config: file('config.json'), weights: [file(name)], scheduler: null, recorded: null, notes: [] },
    { name: 'it', weights },
  );

/** Returns the weights of the network by formula, changed by `each`. */
function expected({ network }: ImportedModel, each: (value: number) => number = (value) => value): number[] {
  return network.parameters.flatMap(({ name, shape }) => [...weightValues(name, shape)].map(each));
}

/** A checkpoint before PyTorch 1.6 with one empty storage, "0", without tensors. @param keys pickle of its storages' keys */
function legacy(keys: Uint8Array): Uint8Array {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
  const text = (value: string): string => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`;
  const storage = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x00Nt`;
  return Buffer.concat([
    latin1('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.'), // the magic number
    latin1('\x80\x02M\xe9\x03.'), // version 1001
    latin1(`\x80\x02}${text('little_endian')}\x88s.`),
    latin1(`\x80\x02}${text('it')}${storage}Qs.`),
    keys,
    new Uint8Array(8), // the number of its elements, 0
  ]);
}

const errorOf = async (name: string, weights?: string): Promise<unknown> =>
  imported(name, weights).then(
    () => null,
    (error: unknown) => error,
  );

describe('a checkpoint of PyTorch', () => {
  for (const name of [
    ...['plain', 'protocol-4', 'parameters', 'parallel', 'double', 'views'],
    ...['old', 'python-2', 'lightning'],
  ]) {
    it(`gives the weights of the state dict: ${name}`, async () => {
      const model = await imported(`${name}.pt`);
      expect([...model.theta]).toEqual(expected(model));
    });
  }

  it('gives 16-bit weights exactly', async () => {
    // Half precision has 11 significant bits, and multiples of 2⁻²⁴. bfloat16 has 8 significant bits.
    for (const [name, bits] of [
      ['half', 11],
      ['bfloat16', 8],
    ] as const) {
      const model = await imported(`${name}.pt`);
      for (const [i, value] of expected(model).entries()) {
        const got = model.theta[i] as number;
        const unit = Math.max(
          2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits),
          bits === 11 ? 2 ** -24 : 0,
        );
        expect(Math.abs(got - value)).toBeLessThanOrEqual(unit / 2);
        expect(Number.isInteger(got / unit) || Number.isInteger((2 * got) / unit)).toBe(true);
      }
    }
  });

  it('with an average gives the average, or the raw weights if they are named', async () => {
    const average = await imported('training.pt');
    expect([...average.theta]).toEqual(expected(average));
    expect(average.weights).toBe('ema.ema_model');
    expect(average.notes).toContain(
      'took the weights ema.ema_model; --weights chooses others: model, ema.ema_model',
    );
    const raw = await imported('training.pt', 'model');
    expect([...raw.theta]).toEqual(expected(raw, (value) => 2 * value));
  });

  it('with an average of EMAModel takes the names of its tensors from the state dict beside it', async () => {
    const model = await imported('shadow.pt');
    expect(model.weights).toBe('ema_state.shadow_params');
    expect([...model.theta]).toEqual(expected(model));
  });

  it('is refused if an unknown set is requested, and the error lists its sets', async () => {
    expect(await errorOf('training.pt', 'best')).toMatchObject({
      code: 'IMPORT_WEIGHTS',
      message: expect.stringContaining(
        '--weights best: training.pt has the sets model, ema.ema_model; expected one of them',
      ),
    });
  });

  it('that contains more than tensors is refused, and the error states the class or function', async () => {
    // If Python loaded this file, it would run a command.
    expect(await errorOf('hostile.pt')).toMatchObject({
      code: 'IMPORT_PICKLE',
      message: expect.stringMatching(/hostile\.pt, byte \d+: the pickle needs posix\.system; expected only/),
    });
    expect(await errorOf('trainer.pt')).toMatchObject({
      code: 'IMPORT_PICKLE',
      message: expect.stringContaining('the pickle needs __main__.Trainer'),
    });
  });

  it('in the format before PyTorch 1.6 that is cut off or changed is refused as damaged', async () => {
    const whole = readFileSync(new URL('../../testdata/checkpoints/python-2.pt', import.meta.url));
    const groups = (bytes: Uint8Array) => torchGroups([memoryFile(bytes, 'it.pt')]);
    await expect(groups(whole)).resolves.toHaveLength(1);
    await expect(groups(whole.subarray(0, -1))).rejects.toMatchObject({
      code: 'IMPORT_FILE',
      message: expect.stringMatching(/^import: it\.pt is damaged: the storage \d+ is cut off/),
    });
    await expect(groups(whole.subarray(0, 100))).rejects.toMatchObject({ code: 'IMPORT_PICKLE' });
    const changed = (from: string, to: string): Uint8Array =>
      Buffer.from(whole.toString('latin1').replace(from, to), 'latin1');
    // In the pickle, the version is BININT2 1001, and NEWTRUE follows the key little_endian.
    await expect(groups(changed('M\xe9\x03.', 'M\xea\x03.'))).rejects.toThrow('its version is 1002');
    await expect(groups(changed('little_endianq\x02\x88', 'little_endianq\x02\x89'))).rejects.toThrow(
      'its numbers are not little-endian',
    );
  });

  it('in the format before PyTorch 1.6 with a forged list of storages is refused without reading each one', async () => {
    // The keys of the storages are the last pickle: PROTO 2, EMPTY_LIST, and the key "0" many times by MARK, BINGET and APPENDS.
    const listed = (count: number): Uint8Array =>
      legacy(
        Buffer.concat([
          Buffer.from('\x80\x02]q\x00X\x01\x00\x00\x000q\x010(', 'latin1'),
          Buffer.from('h\x01'.repeat(count), 'latin1'),
          Buffer.from('e.', 'latin1'),
        ]),
      );
    let reads = 0;
    const groups = (bytes: Uint8Array) => {
      const source = memoryFile(bytes, 'it.pt');
      return torchGroups([
        {
          ...source,
          read: (start, end) => {
            reads++;
            return source.read(start, end);
          },
        },
      ]);
    };
    await expect(groups(listed(1))).resolves.toEqual([]);
    await expect(groups(listed(90_000))).rejects.toThrow(
      'it.pt is damaged: its list of storages has 0 twice',
    );
    await expect(groups(listed(1_000_000))).rejects.toThrow('it lists 1000000 storages, more than 100000');
    expect(reads).toBeLessThan(20);
  });

  it('that is cut off or changed is refused as damaged', async () => {
    const whole = readFileSync(new URL('../../testdata/checkpoints/plain.pt', import.meta.url));
    await expect(torchGroups([memoryFile(whole.subarray(0, 20_000), 'cut.pt')])).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringContaining('expected a whole checkpoint of PyTorch'),
    });
    const changed = new Uint8Array(whole);
    // This changes a byte of the numbers. The archive has a CRC-32 of each file.
    changed[20_000] = (changed[20_000] as number) ^ 1;
    const [group] = await torchGroups([memoryFile(changed, 'changed.pt')]);
    const reads = Promise.all([...(group?.tensors.values() ?? [])].map((tensor) => tensor.read()));
    await expect(reads).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
  });
});
