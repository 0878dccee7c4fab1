import { encodeImageRecord, type Given, type ImageRecord } from '@isonoise/runtime';
import { flagsOfGiven, readRecord } from '../sampling/image-record.ts';
import { plural } from '../terminal/format.ts';
import type { Description, Row } from './description.ts';

/** Maximum number of values in a list. */
const MOST = 16;

/**
 * Describes the request in a PNG file.
 *
 * @throws `CLI_USAGE` if the file cannot be read; `RUNTIME_RECORD` if the file contains no valid request;
 *   `PICTURE_PNG_MALFORMED` if the file is not a PNG or is damaged
 */
export async function describePng(path: string): Promise<Description> {
  const record = await readRecord(path);
  return {
    kind: 'picture',
    rows: rowsOf(record),
    json: JSON.parse(encodeImageRecord(record)) as Readonly<Record<string, unknown>>,
  };
}

function rowsOf({ plan, model, guideModel, given, finish }: ImageRecord): readonly Row[] {
  const { images, seed, sampler, steps, settings, classLabels, tags, guidance, shape } = plan;
  const [first] = steps;
  const last = steps.at(-1);
  return [
    [
      'file',
      `PNG with its request${given?.kind === 'edit' ? ', an edit' : ''}; draw it again with pnpm ${commandOf(given)}`,
    ],
    ['model', model ?? 'not recorded'],
    ...(guideModel === undefined ? [] : [['guide', guideModel] as const]),
    ['images', `${listed(images)} of seed ${seed}, ${shape.width} x ${shape.height}`],
    ...(classLabels === null
      ? []
      : [
          [
            'classes',
            listed(classLabels.map((label) => (label === plan.nullClass ? 'none' : label))),
          ] as const,
        ]),
    ...(tags === undefined
      ? []
      : [['tags', listed(tags.images.map((list) => list.join(' + ') || 'none'))] as const]),
    ['sampler', `${sampler}, ${plural(steps.length, 'step')} from ${first?.[0]} to ${last?.[1]}`],
    ['settings', Object.keys(settings).length === 0 ? 'none' : JSON.stringify(settings)],
    ['guidance', String(guidance)],
    ...(given === undefined ? [] : givenRows(given)),
    ...(finish === undefined ? [] : [['then changed', finish.join(', ')] as const]),
  ];
}

function commandOf(given: Given | undefined): string {
  if (given?.kind === 'between')
    return 'interpolate <model> <first picture> <second picture>; --fit must be as before';
  const like = 'sample <model> --like <this file>';
  // The file does not record how a picture of a different size was fitted.
  return given === undefined ? like : `${like} ${flagsOfGiven(given)}; --fit must be as before`;
}

function givenRows({ kind, images, masks, strength, sampler }: Given): readonly Row[] {
  if (kind === 'between')
    return [
      ['between', images],
      ['inverse', `${sampler}: turned both pictures into noise`],
    ];
  return [
    [kind === 'edit' ? 'init' : 'from', images],
    ...(masks === undefined ? [] : [['mask', masks] as const]),
    ...(strength === undefined ? [] : [['strength', String(strength)] as const]),
  ];
}

function listed(values: readonly (number | string)[]): string {
  const more = values.length - MOST;
  return `${values.slice(0, MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
