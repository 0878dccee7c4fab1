import type { Source } from '../model/runtime-settings.ts';
import type { ChosenBase } from './base-model.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import type { PickedFolder } from './picked-folder.ts';
import { type FormProblems, readForm, type TrainForm } from './train-form.ts';
import type { ChosenImages, ChosenRun } from './training-protocol.ts';

/** Settings of the next run. */
export interface ChosenSettings {
  readonly form: TrainForm;
  readonly folder: PickedFolder | null;
}

/** The parts of the page that reading the form uses. */
export interface FormParts {
  /** Returns the address or the files of a model; undefined if the model is a run or is not available. */
  readonly sourceNamed: (name: string) => Source | undefined;
  /** The digits that come with the page. */
  readonly mnist: MnistAssets;
  /** Threads that the page can use. */
  readonly cores: number;
}

/** The run that the form describes, or the problems of the form. */
export interface FormState {
  readonly run: ChosenRun | null;
  readonly problems: FormProblems;
  readonly needsFolder: boolean;
  readonly images: ChosenImages | null;
}

/** Reads the form. */
export function formState(
  { form, folder }: ChosenSettings,
  { sourceNamed, mnist, cores }: FormParts,
): FormState {
  const read = readForm(form, cores);
  const images = imagesOf(form, folder);
  const base = baseNamed(form.from, sourceNamed);
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
function baseNamed(name: string, sourceNamed: FormParts['sourceNamed']): ChosenBase | null | undefined {
  if (name === '') return null;
  const source = sourceNamed(name);
  if (source === undefined) return undefined;
  return source instanceof URL
    ? { kind: 'served', name, url: source.href }
    : { kind: 'opened', name, files: source };
}
