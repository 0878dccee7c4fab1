import { plural } from '@isonoise/error';
import { predictionProblem, pureNoiseProblem, timestepsOf } from '@isonoise/schedule';
import { augmentLabelCount } from '../augmentation/augmentation.ts';
import { planProblem } from '../budget/step-plans.ts';
import type { TrainConfig } from '../train-config.ts';

/** Returns a message for each contradiction between fields, with advice; empty if there is none. */
export function contradictions(config: TrainConfig): string[] {
  const { labelDropout, guidance, network, learningRateSchedule, steps, sampleSteps, schedule } = config;
  const problems: string[] = [];
  const tagged = (network.num_tags ?? null) !== null;
  if (config.tagDropout !== undefined && !tagged) {
    problems.push(
      `tagDropout is ${config.tagDropout}, but the network has no tags; leave tagDropout out, or train on tags`,
    );
  }
  if (labelDropout > 0 && !tagged && (network.num_class_embeds ?? null) === null) {
    problems.push(
      `labelDropout is ${labelDropout}, but the network has no classes; set network.num_class_embeds, or labelDropout to 0`,
    );
  }
  const labels = config.augmentation === undefined ? 0 : augmentLabelCount(config.augmentation);
  const { augment_dim: inputs = null } = network;
  if (labels !== (inputs ?? 0)) {
    problems.push(
      `augmentation has ${plural(labels, 'label')}, but the network has ${inputs ?? 'none'} (augment_dim); ` +
        (inputs === null
          ? 'leave augmentation out, or choose an architecture that supports it'
          : 'set the augmentation whose labels the network has, or leave network.augment_dim out'),
    );
  }
  if (guidance !== 1 && labelDropout === 0) {
    problems.push(
      `guidance is ${guidance}, but labels are never dropped; set labelDropout above 0 or guidance to 1`,
    );
  }
  if (config.best === 'fid' && config.evaluateEvery === 0) {
    problems.push('best is fid, but evaluateEvery is 0; set evaluateEvery above 0 or best to loss');
  }
  if (learningRateSchedule.warmupSteps > steps) {
    problems.push(
      `learningRateSchedule.warmupSteps is ${learningRateSchedule.warmupSteps}, more than the ${plural(steps, 'step')} of the run; lower it`,
    );
  }
  if (learningRateSchedule.decayShare !== undefined && learningRateSchedule.kind !== 'warmup-stable-decay') {
    problems.push(
      `learningRateSchedule.decayShare is ${learningRateSchedule.decayShare}, but the kind is ${learningRateSchedule.kind}; expected warmup-stable-decay`,
    );
  }
  const plan = config.stepPlans === undefined ? null : planProblem(config.stepPlans, steps);
  if (plan !== null) problems.push(plan);
  const misfit = predictionProblem(schedule.kind, config.objective.prediction);
  if (misfit !== null) problems.push(`objective: ${misfit}`);
  const T = timestepsOf(schedule);
  // Training passes every timestep to the network.
  const blind = pureNoiseProblem(schedule, config.objective.prediction, [T - 1]);
  if (blind !== null) problems.push(`objective: ${blind}`);
  if (sampleSteps > T)
    problems.push(
      `sampleSteps is ${sampleSteps}, more than the ${plural(T, 'timestep')} of the schedule; lower it`,
    );
  return problems;
}
