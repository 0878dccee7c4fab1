import { sourceNamed } from '../model/model-store.ts';
import type { ChosenBase } from './base-model.ts';
import { CORES, settings } from './chosen-settings.ts';
import type { PickedFolder } from './picked-folder.ts';
import { type FormProblems, readForm, type TrainForm } from './train-form.ts';
import type { ChosenImages, ChosenRun } from './training-protocol.ts';
import { mnist } from './training-stores.ts';

/** The run that the form describes, or the problems of the form. */
export interface FormState {
  readonly run: ChosenRun | null;
  readonly problems: FormProblems;
  readonly needsFolder: boolean;
  readonly images: ChosenImages | null;
}

/** Reads the current form. */
export function formState(): FormState {
  const { form, folder } = settings.value;
  const read = readForm(form, CORES);
  const images = imagesOf(form, folder);
  const base = baseNamed(form.from);
  const needsFolder = images === null;
  if (!('choice' in read)) return { run: null, problems: read.problems, needsFolder, images };
  if (base === undefined)
    return {
      run: null,
      problems: { from: `The model ${form.from} is not available here. Choose another.` },
      needsFolder,
      images,
    };
  return {
    run: images === null ? null : { choice: read.choice, images, base, mnist },
    problems: {},
    needsFolder,
    images,
  };
}

function imagesOf({ data }: TrainForm, folder: PickedFolder | null): ChosenImages | null {
  if (data === 'mnist') return { kind: 'mnist' };
  return folder === null ? null : { kind: 'folder', ...folder };
}

/** The model that the run starts from; null for none, undefined if it is not available. */
function baseNamed(name: string): ChosenBase | null | undefined {
  if (name === '') return null;
  const source = sourceNamed(name);
  if (source === undefined) return undefined;
  return source instanceof URL
    ? { kind: 'served', name, url: source.href }
    : { kind: 'opened', name, files: source };
}
