import { toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { checkContract, contractOf, type SessionMetadata } from './contract.ts';

const tensor = (name: string, type: 'float32' | 'int32' | 'int64' | 'float16', shape: (number | string)[]) =>
  ({ name, isTensor: true, type, shape }) as const;

const good: SessionMetadata = {
  inputMetadata: [
    tensor('sample', 'float32', ['batch', 2, 3, 4]),
    tensor('timestep', 'float32', ['batch']),
    tensor('class_labels', 'int32', ['batch']),
  ],
  outputMetadata: [tensor('out_sample', 'float32', ['batch', 2, 3, 4])],
};

function problems(session: SessionMetadata): string {
  try {
    checkContract(session, contractOf(pointSpec));
  } catch (error) {
    expect(error).toMatchObject({ code: 'RUNTIME_CONTRACT' });
    return String(error);
  }
  return '';
}

describe('checkContract', () => {
  it('accepts a graph that fits the bundle, even if sizes are symbolic', () => {
    expect(problems(good)).toBe('');
    const free = tensor('out_sample', 'float32', ['batch', '', 'h', 'w']);
    expect(problems({ ...good, outputMetadata: [free] })).toBe('');
  });

  it('lists all differences', () => {
    const text = problems({
      inputMetadata: [
        tensor('sample', 'float16', ['batch', 1, 28, 28]),
        tensor('timestep', 'int64', []),
        { name: 'mask', isTensor: false },
      ],
      outputMetadata: [tensor('output', 'float32', [1, 2, 3, 4])],
    });
    expect(text).toContain('input sample: float16 [batch, 1, 28, 28]; expected float32 [batch, 2, 3, 4]');
    expect(text).toContain('input timestep: int64 []; expected float32 [batch]');
    expect(text).toContain('input class_labels: missing; expected int32 [batch]');
    expect(text).toContain('input mask: not a tensor; unexpected input');
    expect(text).toContain('output out_sample: missing');
    expect(text).toContain('output output: float32 [1, 2, 3, 4]; unexpected output');
  });

  it('expects twice the output channels if the network predicts variances, and states the cause in the message', () => {
    const scheduler = toSchedulerConfig({ kind: 'linear' }, { variance_type: 'learned_range' });
    const contract = contractOf({ ...pointSpec, scheduler });
    const both = { ...good, outputMetadata: [tensor('out_sample', 'float32', ['batch', 4, 3, 4])] };
    checkContract(both, contract);
    expect(() => checkContract(good, contract)).toThrow(
      'out_sample: float32 [batch, 2, 3, 4]; expected float32 [batch, 4, 3, 4]\n  variance_type in the scheduler',
    );
    expect(problems(both)).toContain(
      'out_sample: float32 [batch, 4, 3, 4]; expected float32 [batch, 2, 3, 4]',
    );
  });

  it('rejects a fixed batch size, and a class_labels input for an unconditional model', () => {
    const fixed = tensor('out_sample', 'float32', [4, 2, 3, 4]);
    expect(problems({ ...good, outputMetadata: [fixed] })).toContain('float32 [4, 2, 3, 4]');
    expect(() => checkContract(good, contractOf({ ...pointSpec, classes: null }))).toThrow(
      'unexpected input: the bundle is unconditional',
    );
  });
});
