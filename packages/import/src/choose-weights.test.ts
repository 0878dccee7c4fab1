import { describe, expect, it } from 'vitest';
import { chooseWeights } from './choose-weights.ts';
import type { StoredTensor, TensorGroup } from './stored-tensor.ts';

const tensor = (...shape: number[]): StoredTensor => ({
  shape,
  dtype: 'F32',
  read: async () => new Float32Array(shape.reduce((product, size) => product * size, 1)),
});
const parameters = [
  { name: 'conv_in.weight', shape: [2, 1, 3, 3], initializer: 'zeros' },
  { name: 'mid_block.attentions.0.to_q.weight', shape: [2, 2], initializer: 'zeros' },
  { name: 'mid_block.attentions.0.to_out.0.bias', shape: [2], initializer: 'zeros' },
] as const;
const whole = {
  'conv_in.weight': tensor(2, 1, 3, 3),
  'mid_block.attentions.0.to_q.weight': tensor(2, 2),
  'mid_block.attentions.0.to_out.0.bias': tensor(2),
};
const group = (tensors: Record<string, StoredTensor>, path = ''): TensorGroup => ({
  path,
  tensors: new Map(Object.entries(tensors)),
});
const prefixed = (prefix: string): Record<string, StoredTensor> =>
  Object.fromEntries(Object.entries(whole).map(([name, each]) => [prefix + name, each]));
const choose = (groups: readonly TensorGroup[], options = {}) =>
  chooseWeights({ parameters }, groups, options, 'it.safetensors');

describe('chooseWeights', () => {
  it('accepts the names of old attention layers, and convolutions of one pixel for linear layers', () => {
    const old = {
      'conv_in.weight': tensor(2, 1, 3, 3),
      'mid_block.attentions.0.query.weight': tensor(2, 2, 1, 1),
      'mid_block.attentions.0.proj_attn.bias': tensor(2),
    };
    const { found, notes } = choose([group(old)]);
    expect(found.tensors.get('mid_block.attentions.0.to_q.weight')?.shape).toEqual([2, 2, 1, 1]);
    expect([found.unused, notes]).toEqual([[], []]);
  });

  for (const prefix of ['module.', 'ema_model.', 'unet.module.']) {
    it(`removes the prefix ${prefix}`, () => {
      expect(choose([group(prefixed(prefix))]).found.label).toBe(prefix.slice(0, -1));
    });
  }

  it('prefers an average among several sets, unless a set is named', () => {
    const groups = [group({ ...prefixed('model.'), ...prefixed('model_ema.') })];
    expect(choose(groups).found.label).toBe('model_ema');
    expect(choose(groups, { weights: 'model' }).found.label).toBe('model');
  });

  it('refuses a name that no set has', () => {
    expect(() => choose([group(prefixed(''))], { weights: 'ema' })).toThrow(
      'has one set of weights, without a name; expected no --weights. Leave it out.',
    );
    const named = [group({ ...prefixed('a.'), ...prefixed('b.') })];
    expect(() => choose(named, { weights: 'ema' })).toThrow('has the sets a, b; expected one of them.');
  });

  it('refuses two sets if neither is an average', () => {
    expect(() => choose([group({ ...prefixed('a.'), ...prefixed('b.') })])).toThrow(
      'has 2 sets of weights for this network (a, b); expected one. Choose one with --weights.',
    );
  });

  it('refuses a file with more sets than can be compared in a short time', () => {
    const sets = (count: number) => Array.from({ length: count }, (_, i) => prefixed(`n${i}.`));
    const message = 'it.safetensors has more than 100 sets of weights with conv_in.weight; expected fewer.';
    expect(() => choose(sets(101).map((set, i) => group(set, `g${i}`)))).toThrow(message);
    expect(() => choose([group(Object.assign({}, ...sets(101)))])).toThrow(message);
    expect(choose([group(Object.assign({}, ...sets(100)))], { weights: 'n7' }).found.label).toBe('n7');
  });

  it('lists weights that are missing, have a different shape or are left over', () => {
    const wrong = {
      'conv_in.weight': tensor(4, 1, 3, 3),
      other: tensor(1),
      'mid_block.attentions.0.to_q.weight': tensor(2, 2),
    };
    expect(() => choose([group(wrong)])).toThrow(
      expect.objectContaining({
        code: 'IMPORT_WEIGHTS',
        message: expect.stringContaining(
          '2 are missing or have a different shape, and 1 are left over; expected those of the network of the configuration:\n' +
            '  conv_in.weight has the shape [4, 1, 3, 3]; expected [2, 1, 3, 3]\n' +
            '  mid_block.attentions.0.to_out.0.bias is missing\n' +
            '  other is left over\n',
        ),
      }),
    );
  });

  it('refuses tensors that are left over, or leaves them out with a note', () => {
    const more = [group({ ...whole, 'extra.weight': tensor(1), num_updates: tensor() })];
    expect(() => choose(more)).toThrow(
      'has 1 tensor that the network of the configuration does not have: extra.weight',
    );
    expect(choose(more, { ignoreUnused: true }).notes).toEqual([
      'left out 1 tensor that the network does not have: extra.weight',
    ]);
  });

  it('escapes line breaks in names of tensors and sets', () => {
    const name = 'x\nerror: forged';
    const messageOf = (action: () => unknown): string => {
      try {
        action();
      } catch (error) {
        return String(error);
      }
      return '';
    };
    const sets = [group({ ...prefixed(`${name}.`), ...prefixed('b.') })];
    const messages = [
      messageOf(() => choose([group({ [name]: tensor(1) })])),
      messageOf(() => choose([group({ ...whole, [name]: tensor(1) })])),
      messageOf(() => choose([group({ 'conv_in.weight': tensor(1), [name]: tensor(1) }, name)])),
      messageOf(() => choose(sets)),
      messageOf(() => choose(sets, { weights: 'c' })),
    ];
    for (const message of messages) {
      expect(message).toContain('x\\x0aerror: forged');
      expect(message).not.toContain('\nerror');
    }
  });

  it('refuses a file of a different model', () => {
    expect(() => choose([group({ 'encoder.weight': tensor(1) })])).toThrow(
      'has 1 tensor (encoder.weight); expected the weights of the network of the configuration, such as',
    );
    expect(() => choose([])).toThrow('has 0 tensors (none)');
  });
});
