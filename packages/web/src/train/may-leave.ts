import { countOf } from '../text/format.ts';
import { stepsAtRisk, type TrainingView } from './training-view.ts';

/** If closing a run would lose steps, asks the visitor first. @returns whether the run can be closed */
export function mayLeave(view: TrainingView): boolean {
  const lost = stepsAtRisk(view);
  if (lost === 0) return true;
  const advice =
    view.unsaved === null
      ? 'Pause saves them.'
      : 'The storage is full. To keep the network, export the model and download the file.';
  return confirm(`${countOf(lost, 'step')} since the last checkpoint would be lost. Stop anyway? ${advice}`);
}
