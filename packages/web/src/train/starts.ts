import { presetFields, type TrainForm } from './train-form.ts';

/** A way to begin, which fills in the form. */
interface Start {
  readonly title: string;
  readonly text: string;
  readonly fields: Partial<TrainForm>;
}

/**
 * Returns the ways to begin.
 *
 * @param known names of the models that a run can begin with
 * @param chosen name of the chosen model; undefined if none is chosen
 */
export function startsWith(known: readonly string[], chosen: string | undefined): readonly Start[] {
  const isKnown = chosen !== undefined && known.includes(chosen);
  const from = isKnown ? chosen : known[0];
  return [
    {
      title: 'Digits',
      text: 'The quick recipe: recognisable digits in about 15 minutes.',
      fields: { data: 'mnist', from: '', length: 'steps', ...presetFields('quick') },
    },
    {
      title: 'Your pictures',
      text: 'A folder or single files. The page checks them first.',
      fields: { data: 'folder', from: '' },
    },
    ...(from === undefined
      ? []
      : [
          {
            title: 'A trained model',
            text: `Train ${isKnown ? chosen : 'a model of the list'} further with your pictures.`,
            fields: { data: 'folder', from } as const,
          },
        ]),
  ];
}
