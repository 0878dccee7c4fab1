import { goTo } from '../app/navigation.ts';
import { runModels, specNamed } from '../model/model-store.ts';
import { nameOfRun } from '../model/run-model-list.ts';
import { fitForm } from '../request/fit-form.ts';
import { request } from '../request/request-store.ts';

/** Chooses the network of a run's last checkpoint as the model, and opens the Sample tab. */
export async function drawWithRun(run: string): Promise<void> {
  await runModels.load();
  const spec = specNamed(nameOfRun(run));
  if (spec !== null) request.value = fitForm(request.value, spec, specNamed(request.value.model));
  goTo('sample');
}
