import { TENSOR_NAMES } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { Condition, Denoiser } from '@isonoise/sampler';
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';
import { checkContract, type DenoiserContract } from './contract.ts';
import { runtimeError } from './errors.ts';

/** The part of an ONNX Runtime session that a denoiser needs. */
export type DenoiserSession = Pick<InferenceSession, 'run' | 'inputMetadata' | 'outputMetadata'>;

/**
 * Wraps an ONNX Runtime session as a {@link Denoiser}. The caller still owns the session and must release it.
 *
 * The denoiser checks its arguments before it runs the session. It rejects with `RUNTIME_INPUT` if an argument does
 * not fit, with `RUNTIME_RUN` if ONNX Runtime fails, and with `RUNTIME_OUTPUT` if the output does not fit the
 * contract.
 *
 * @param session session of any ONNX Runtime package: node, web, react-native
 * @param Tensor tensor class of the same package
 * @throws `RUNTIME_CONTRACT` if the graph does not fit the contract; the message lists all differences
 */
export function createSessionDenoiser(
  session: DenoiserSession,
  contract: DenoiserContract,
  Tensor: TensorConstructor,
): Denoiser {
  checkContract(session, contract);
  const { channels, outputChannels = channels, height, width } = contract;
  const outputSize = outputChannels * height * width;
  const conditionTensor = lastTensor(Tensor);
  return async (x, t, condition) => {
    checkInputs(contract, x, t, condition);
    const batch = t.length;
    const shape = [batch, channels, height, width];
    const feeds: Record<string, Tensor> = {
      [TENSOR_NAMES.sample]: new Tensor('float32', x, shape),
      [TENSOR_NAMES.timestep]: new Tensor('float32', t, [batch]),
    };
    if (condition !== undefined) {
      const name = condition instanceof Int32Array ? TENSOR_NAMES.classLabels : TENSOR_NAMES.tags;
      feeds[name] = conditionTensor(condition, batch);
    }

    let output: Tensor | undefined;
    try {
      output = (await session.run(feeds))[TENSOR_NAMES.output];
    } catch (cause) {
      // Messages of ONNX Runtime may have several lines.
      const lines = `denoise: ONNX Runtime failed on a batch of ${batch}: ${String(cause)}`.split('\n');
      throw runtimeError('RUNTIME_RUN', lines, { cause });
    }
    // If the provider left the values on its device, getData downloads them.
    const data = output?.location === 'cpu' ? output.data : await output?.getData(true);
    if (!(data instanceof Float32Array) || data.length !== batch * outputSize) {
      const got = output === undefined ? 'nothing' : `${output.type} [${output.dims.join(', ')}]`;
      throw runtimeError(
        'RUNTIME_OUTPUT',
        `denoise: ${TENSOR_NAMES.output} is ${got}; expected float32 [${[batch, outputChannels, height, width].join(', ')}]. Export the model again.`,
      );
    }
    return data;
  };
}

/**
 * Creates a function that turns conditions into tensors. It reuses the last tensor, because all steps of a run have
 * the same condition. A tensor shares the values of its condition.
 */
function lastTensor(Tensor: TensorConstructor): (condition: Condition, batch: number) => Tensor {
  let last: { readonly condition: Condition; readonly tensor: Tensor } | undefined;
  return (condition, batch) => {
    if (last?.condition !== condition) {
      const tensor =
        condition instanceof Int32Array
          ? new Tensor('int32', condition, [batch])
          : new Tensor('float32', condition, [batch, condition.length / batch]);
      last = { condition, tensor };
    }
    return last.tensor;
  };
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_INPUT', `denoise: ${problem}`);
}

function checkInputs(
  { channels, height, width, classCount, tagCount, fractionalTimes = false }: DenoiserContract,
  x: Float32Array,
  t: Float32Array,
  condition: Condition | undefined,
): void {
  const batch = t.length;
  if (batch === 0) fail('t is empty; expected a timestep for each image. Pass at least one image.');
  const expected = batch * channels * height * width;
  if (x.length !== expected) {
    fail(
      `x has ${plural(x.length, 'value')}; expected ${expected}, [${[batch, channels, height, width].join(', ')}].`,
    );
  }
  for (let i = 0; i < batch; i++) {
    const time = t[i] as number;
    if (!(time >= 0 && Number.isFinite(time))) fail(`t[${i}] is ${time}; expected a finite timestep ≥ 0.`);
    if (!fractionalTimes && !Number.isInteger(time)) {
      fail(
        `t[${i}] is ${time}; expected a whole timestep, because the graph does not encode others exactly. ` +
          'Export the model again from its weights.',
      );
    }
  }

  if (tagCount === undefined) checkLabels(condition, batch, classCount);
  else checkTagRows(condition, batch, tagCount);
}

function checkTagRows(rows: Condition | undefined, batch: number, tagCount: number): void {
  const expected = `expected float32 [${batch}, ${tagCount}], with a row for each image`;
  if (!(rows instanceof Float32Array)) {
    fail(`got ${rows === undefined ? 'no tags' : 'labels'}, but the model has tags; ${expected}.`);
  }
  if (rows.length !== batch * tagCount) fail(`tags have ${plural(rows.length, 'value')}; ${expected}.`);
  const wrong = rows.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) fail(`tags[${wrong}] is ${rows[wrong]}; expected finite values.`);
}

function checkLabels(labels: Condition | undefined, batch: number, classCount: number | null): void {
  if (classCount === null) {
    if (labels !== undefined)
      fail('got labels, but the model is unconditional; expected no labels. Omit them.');
    return;
  }
  if (!(labels instanceof Int32Array)) {
    fail(`labels are missing, but the model is conditional; expected ${batch} in [0, ${classCount - 1}].`);
  }
  if (labels.length !== batch)
    fail(`got ${plural(labels.length, 'label')} for ${plural(batch, 'image')}; expected one per image.`);
  for (let i = 0; i < batch; i++) {
    const label = labels[i] as number;
    if (label < 0 || label >= classCount)
      fail(`labels[${i}] is ${label}; expected a class in [0, ${classCount - 1}].`);
  }
}
