import { plural } from '@isonoise/error';
import { predictsVariances, schedulerMeaning } from './scheduler-meaning.ts';
import { spacingText } from './scheduler-spacing.ts';
import type { ModelSpec } from './spec.ts';
import { toScheduleConfig } from './to-schedule.ts';

/** Content of a model card besides the {@link ModelSpec}. */
export interface ModelCardOptions {
  /** Licence identifier of the hub, such as `apache-2.0`. By default, the card names no licence. */
  readonly license?: string | undefined;
  /** Identifiers of datasets, such as `mnist`. */
  readonly datasets?: readonly string[] | undefined;
  /** Additional tags. */
  readonly tags?: readonly string[] | undefined;
  /** Introduction, which describes what the model draws and how well. */
  readonly summary?: string | undefined;
  /** Rows of the "Training" table, in order. */
  readonly training?: Readonly<Record<string, string | number>> | undefined;
  /** Command that made the model. The card shows it as code. */
  readonly command?: string | undefined;
  /** Additional sections in Markdown, by title. */
  readonly sections?: Readonly<Record<string, string>> | undefined;
  /** Path of a picture with samples in the bundle. The card shows it at the top. */
  readonly samples?: string | undefined;
}

/** The architecture of a model, as in the table of `@isonoise/network`. */
interface CardArchitecture {
  readonly name: string;
  /** Its class of `diffusers`; null if `diffusers` cannot load it. */
  readonly diffusersClass: string | null;
}

/** Tag of models that `diffusers` can load. */
const DIFFUSERS_TAG = 'diffusers';
/** Tags that every card has besides its own tags. */
export const BUILT_IN_TAGS: readonly string[] = ['diffusion', 'ddpm', 'onnx', DIFFUSERS_TAG, 'safetensors'];

/** Titles of the generated sections. All other sections come from {@link ModelCardOptions.sections}. */
export const BUILT_IN_SECTIONS: readonly string[] = ['Facts', 'Training', 'Made by', 'Use'];

/**
 * Writes the model card of a bundle: Markdown with the front matter that the hub reads.
 *
 * @param architecture decides what the card says about diffusers. If it is unknown, the card does not mention diffusers
 * @returns text of README.md, with a final newline
 */
export function modelCard(
  spec: ModelSpec,
  options: ModelCardOptions,
  architecture?: CardArchitecture,
): string {
  const { channels, height, width } = spec.image;
  const loads = typeof architecture?.diffusersClass === 'string';
  const tags = [...BUILT_IN_TAGS.filter((tag) => loads || tag !== DIFFUSERS_TAG), ...(options.tags ?? [])];
  const front = [
    '---',
    ...(options.license === undefined ? [] : [`license: ${quote(options.license)}`]),
    'library_name: isonoise',
    'pipeline_tag: unconditional-image-generation',
    ...yamlList('tags', [...new Set(tags)]),
    ...yamlList('datasets', options.datasets ?? []),
    '---',
  ];
  const facts: [string, string | number][] = [
    ['Image', `${channels} × ${height} × ${width}, values in [${spec.dataRange.join(', ')}]`],
    ...describePixels(spec),
    ['Network predicts', describePrediction(spec)],
    ['Schedule', describeSchedule(spec)],
    ['Timesteps', `spacing ${spacingText(schedulerMeaning(spec.scheduler).spacing)}`],
    ...describeSampler(spec),
    ...describeConditions(spec),
  ];
  const parts = [
    front.join('\n'),
    `# ${spec.name}`,
    options.samples === undefined ? undefined : `![Samples of ${spec.name}](${options.samples})`,
    options.summary,
    `## Facts\n\n${table(facts)}`,
    options.training && `## Training\n\n${table(Object.entries(options.training))}`,
    options.command && `## Made by\n\n\`\`\`sh\n${options.command}\n\`\`\``,
    `## Use\n\n${usage(spec, architecture)}`,
    ...Object.entries(options.sections ?? {}).map(([title, text]) => `## ${title}\n\n${text}`),
  ];
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** Maximum number of tags that a card lists. */
const LISTED_TAGS = 60;

/** Returns the rows about classes or tags, and about guidance. */
function describeConditions({ classes, tags, scheduler }: ModelSpec): [string, string][] {
  const { guidance } = schedulerMeaning(scheduler);
  const recommended = guidance === null ? '' : `; recommended scale ${guidance}`;
  if (tags === undefined) {
    return [
      ['Classes', classes === null ? 'none: unconditional' : classes.names.join(', ')],
      [
        'Guidance',
        classes?.nullClass == null ? 'no' : `classifier-free, null class ${classes.nullClass}${recommended}`,
      ],
    ];
  }
  const { names, counts, dropped } = tags;
  const listed = names.slice(0, LISTED_TAGS).map((name, i) => `${name} (${counts[i]})`);
  const more = names.length - listed.length;
  const text = `${names.length}, with their numbers of images: ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    ['Tags', text],
    [
      'Guidance',
      dropped ? `classifier-free, away from images without tags or with other tags${recommended}` : 'no',
    ],
  ];
}

const PREDICTIONS = {
  epsilon: 'the noise ε',
  sample: 'the image x0',
  v_prediction: 'v = √ᾱ·ε − √(1−ᾱ)·x0',
  flow: 'the velocity ε − x0',
} as const;

function describePrediction({ scheduler }: ModelSpec): string {
  const prediction = PREDICTIONS[schedulerMeaning(scheduler).predictionType];
  return predictsVariances(scheduler) ? `${prediction}, and variances` : prediction;
}

/** Returns the table row with the meaning of the channels, or no row if the number of channels implies it. */
function describePixels({ pixels }: ModelSpec): [string, string][] {
  if (pixels === undefined) return [];
  return [
    [
      'Channels',
      'red, green and blue, each multiplied by alpha, and alpha; the multiplication is for values in [0, 1], before they are mapped to the range',
    ],
  ];
}

/** Returns the table row with the default sampler of a model, or no row if the model has none. */
function describeSampler({ scheduler }: ModelSpec): [string, string][] {
  const { sampler, steps } = schedulerMeaning(scheduler);
  if (sampler === null) return [];
  return [['Sampler', steps === null ? sampler : `${sampler}, ${plural(steps, 'step')}`]];
}

function describeSchedule(spec: ModelSpec): string {
  const config = toScheduleConfig(spec.scheduler);
  const steps = spec.scheduler.num_train_timesteps;
  return 'betaStart' in config
    ? `${config.kind}, β ${config.betaStart} … ${config.betaEnd}, ${plural(steps, 'step')}`
    : `${config.kind}, ${plural(steps, 'step')}`;
}

function usage(spec: ModelSpec, architecture: CardArchitecture | undefined): string {
  const tag = spec.tags && `, tags: [${JSON.stringify(spec.tags.names[0])}]`;
  const drawn = tag ?? (spec.classes === null ? '' : ', class: 0');
  const request = `{ seed: 7, count: 4${drawn} }`;
  return [
    '```ts',
    "import { loadModel } from 'isonoise';",
    '',
    "const model = await loadModel('path/to/this/folder');",
    `for await (const { step, steps, preview } of model.sample(${request})) {`,
    '  // preview: the estimate of x0, [count, channels, height, width] in [-1, 1]',
    '}',
    '```',
    '',
    ...(architecture === undefined ? [] : [...diffusersUse(spec, architecture), '']),
    '`unet/model.onnx` alone runs in any ONNX Runtime. `isonoise.json` holds the SHA-256 of each file.',
  ].join('\n');
}

/**
 * Describes how to use the model with `diffusers`. The DDPMPipeline of diffusers does not pass labels, so it cannot
 * call a conditional UNet.
 */
function diffusersUse({ classes, tags }: ModelSpec, { name, diffusersClass }: CardArchitecture): string[] {
  if (diffusersClass === null)
    return [`\`diffusers\` cannot load the network, because it does not have the class ${name}.`];
  const loads =
    'The folder loads in `diffusers` with `DDPMPipeline.from_pretrained`: the UNet, its weights and the scheduler.';
  if (tags !== undefined) {
    return [
      loads,
      'That pipeline cannot be called: its UNet needs tags, which `diffusers` does not have. Call its `unet` in your',
      'own loop with `class_labels = rows @ E`. `E` is `tag_embedding.weight` of `unet/diffusion_pytorch_model.safetensors`, which',
      '`diffusers` reports as unused. `rows` has a row for each image and a column for each tag, in the order of',
      '`isonoise.json`. For an image with n tags, the row has 1/√n in the columns of these tags, and zeros elsewhere.',
    ];
  }
  return classes === null
    ? [
        loads,
        'Calling that pipeline draws images. For the same seed, they differ from the images of isonoise.',
      ]
    : [
        loads,
        'That pipeline cannot be called: it does not pass a class, but this UNet needs one. Call its `unet` in your own loop',
        'with `class_labels`.',
      ];
}

function yamlList(key: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${key}:`, ...items.map((item) => `  - ${quote(item)}`)];
}

/**
 * Writes a YAML string. Text that every reader parses as a string stays plain; other text becomes JSON, which is
 * valid YAML.
 */
function quote(text: string): string {
  const reserved = /^(true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return /^[a-z][\w./-]*$/i.test(text) && !reserved ? text : JSON.stringify(text);
}

function table(rows: readonly (readonly [string, string | number])[]): string {
  const cell = (value: string | number): string => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
  return ['| | |', '|---|---|', ...rows.map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`)].join(
    '\n',
  );
}
