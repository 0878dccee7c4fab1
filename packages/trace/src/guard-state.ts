import type { IsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from './backend.ts';
import { explainTfjsError, traceError } from './errors.ts';
import type { Overrides } from './overrides.ts';
import type { Refusals } from './refusals.ts';

const OPTIMIZERS = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.RMSPropOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
];

/** Tensors and variables that a function makes. */
export interface Made {
  /** Disposes of all of them, including kept tensors and the tensors of a failed gradient. */
  dispose(): void;
}

/**
 * Protects the state of tfjs while a function runs. Assignments to existing variables, optimizer steps and the disposal of
 * existing tensors are refused before anything changes, because a graph does not have state between runs.
 */
export function guardState(overrides: Overrides, backend: TraceBackend): Made {
  const { refusals, variables } = backend;
  const engine = tf.engine();
  const made = new Set<tf.Tensor>();
  const [trackTensor, disposeTensor, disposeVariable, makeVariable, runKernel] = [
    engine.trackTensor.bind(engine),
    engine.disposeTensor.bind(engine),
    engine.disposeVariable.bind(engine),
    engine.makeVariable.bind(engine),
    engine.runKernel.bind(engine),
  ];
  overrides.set(engine, 'trackTensor', (tensor, backend) => {
    trackTensor(tensor, backend);
    made.add(tensor);
  });
  const isForeign = (tensor: tf.Tensor): boolean =>
    !made.has(tensor) && engine.state.tensorInfo.has(tensor.dataId);
  overrides.set(engine, 'disposeTensor', (tensor) => {
    if (isForeign(tensor)) {
      // Variable.assign first disposes of the current value of the variable.
      const variable = Object.values(engine.registeredVariables).find((each) => each === tensor);
      refusals.refuse(variable === undefined ? disposal(tensor) : assignment(variable));
    }
    disposeTensor(tensor);
  });
  overrides.set(engine, 'disposeVariable', (variable) => {
    if (isForeign(variable)) refusals.refuse(disposal(variable, variable.name));
    disposeVariable(variable);
  });
  overrides.set(engine, 'makeVariable', (initial, trainable, name, dtype) => {
    const earlier = name === undefined ? undefined : variables.ofEarlierRun(name);
    if (earlier !== undefined) {
      made.add(earlier);
      earlier.dispose();
    }
    const variable = makeVariable(initial, trainable, name, dtype);
    const values = backend.knownValues(variable.dataId);
    if (values !== undefined) variables.add(variable, values);
    return variable;
  });
  overrides.set(engine, 'runKernel', (name, inputs, attrs) => {
    try {
      return runKernel(name, inputs, attrs);
    } catch (error) {
      throw refusals.keep(explainTfjsError(error));
    }
  });
  guardOptimizers(overrides, refusals);
  return {
    dispose: () => {
      for (const tensor of made) {
        if (!tensor.isDisposed && !variables.has(tensor)) tensor.dispose();
      }
    },
  };
}

/**
 * Refuses optimizer steps before they start, because the first step would make the optimizer's variables.
 */
function guardOptimizers(overrides: Overrides, refusals: Refusals): void {
  const refuse = (optimizer: tf.Optimizer): never =>
    refusals.refuse(
      stateful(
        `the function runs a step of the optimizer ${optimizer.getClassName()}`,
        'Return the gradients (tf.variableGrads), or take the weights and the state of the optimizer as inputs, and return ' +
          'their next values',
      ),
    );
  overrides.set(tf.Optimizer.prototype, 'minimize', function minimize(this: tf.Optimizer) {
    return refuse(this);
  });
  for (const { prototype } of OPTIMIZERS) {
    overrides.set(prototype, 'applyGradients', function applyGradients(this: tf.Optimizer) {
      return refuse(this);
    });
  }
}

const assignment = ({ name, shape }: tf.Variable): IsonoiseError =>
  stateful(
    `the function assigns to the variable ${name} of shape [${shape}]`,
    'Take its value as an input, and return the next value (for a layer that keeps statistics, set training: false)',
  );

const disposal = ({ shape }: tf.Tensor, variable?: string): IsonoiseError =>
  stateful(
    `the function disposes of ${variable === undefined ? 'a tensor' : `the variable ${variable}`} of shape [${shape}] ` +
      'that was made outside it',
    'Dispose of it after the trace',
  );

const stateful = (what: string, instead: string): IsonoiseError =>
  traceError(
    'TRACE_STATE',
    `trace: ${what}; expected no change of state, because a graph does not have state between runs. ${instead}.`,
  );
