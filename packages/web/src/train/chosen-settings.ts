import { type ReadonlySignal, signal } from '@preact/signals';
import type { PickedFolder } from './picked-folder.ts';
import { defaultForm, type TrainForm } from './train-form.ts';

/** Threads that the page can use. */
export const CORES: number = crossOriginIsolated ? navigator.hardwareConcurrency : 1;

interface ChosenSettings {
  readonly form: TrainForm;
  readonly folder: PickedFolder | null;
}

const current = signal<ChosenSettings>({ form: defaultForm(CORES), folder: null });

/** Settings of the next run. They are kept while a run replaces the form on the page. */
export const settings: ReadonlySignal<ChosenSettings> = current;

export function changeSettings(fields: Partial<TrainForm>): void {
  current.value = { ...current.value, form: { ...current.value.form, ...fields } };
}

/** Selects a folder of images for training. */
export function takeFolder(folder: PickedFolder): void {
  current.value = { form: { ...current.value.form, data: 'folder' }, folder };
}
