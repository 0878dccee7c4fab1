import { type ReadonlySignal, signal } from '@preact/signals';
import type { PickedFolder } from './picked-folder.ts';
import { defaultForm, type TrainForm } from './train-form.ts';

/** Threads that the page may use. */
export const CORES: number = crossOriginIsolated ? navigator.hardwareConcurrency : 1;

interface ChosenSettings {
  readonly form: TrainForm;
  readonly folder: PickedFolder | null;
}

const current = signal<ChosenSettings>({ form: defaultForm(CORES), folder: null });

/** What the next run is to be. Outlives the form, which a run takes the place of. */
export const settings: ReadonlySignal<ChosenSettings> = current;

export function changeSettings(fields: Partial<TrainForm>): void {
  current.value = { ...current.value, form: { ...current.value.form, ...fields } };
}

/** Images of the visitor's are there: they are what is to be trained on. */
export function takeFolder(folder: PickedFolder): void {
  current.value = { form: { ...current.value.form, data: 'folder' }, folder };
}
