import { sha256Hex } from '@isonoise/bundle';
import type { Classifier } from '@isonoise/network';
import type { ClassifierRecipe } from '@isonoise/train';
import { FITTED } from './faults.ts';
import type { IconPictures } from './icon-pictures.ts';
import { FRESH_SCALE, type IconMeasures, MEASURED, REFERENCE } from './measure-icon-features.ts';

interface IconCardFacts {
  readonly classifier: Classifier;
  /** Number of fitted features. */
  readonly features: number;
  readonly parameters: number;
  readonly pictures: IconPictures;
  readonly counts: { readonly training: number; readonly heldOut: number };
  readonly recipe: ClassifierRecipe;
  readonly seconds: number;
  readonly measured: IconMeasures;
  readonly onnx: Uint8Array;
  readonly command: string;
}

/** Writes the text of the card of models/picture-features. */
export function iconCard(facts: IconCardFacts): string {
  const { classifier, features, parameters, pictures, counts, recipe, seconds, measured, onnx, command } =
    facts;
  const { steps, batchSize, learningRate, warmupSteps, emaDecay, seed } = recipe;
  const { channels, height, width } = classifier.imageShape;
  const number = (value: number): string => value.toLocaleString('en-US');
  return `---
license: apache-2.0
library_name: isonoise
pipeline_tag: image-classification
---

# picture-features

A small classifier of pictures in colour, with or without alpha. \`pnpm evaluate\` uses its ${features} features for images that have no classifier of their own: icons, sprites and other pictures of 16 to 64 pixels.

| | |
|---|---|
| Input \`images\` | [batch, ${channels}, ${height}, ${width}], values in [-1, 1]: premultiplied red, green and blue, and alpha |
| Output \`features\` | [batch, ${features}] |
| Output \`logits\` | [batch, ${pictures.groupNames.length}], logarithms of probabilities: ${pictures.groupNames.join(', ')} |
| Accuracy | **${(100 * measured.groupAccuracy).toFixed(1)} %** of ${number(counts.heldOut)} held-out icons are assigned to the right group |
| Network | four convolutions with group normalization and ReLU, a hidden layer with layer normalization; ${number(parameters)} parameters |
| Training | ${number(steps)} steps, batch size ${batchSize}, ${number(counts.training)} icons of ${number(pictures.thingNames.length)} things, seed ${seed}, in ${Math.round(seconds / 60)} min beside other work |
| Optimizer | Adam, rate ${learningRate}, cosine, warmup ${warmupSteps}; averaged weights, decay ${emaDecay} |
| SHA-256 of \`model.onnx\` | \`${sha256Hex(onnx)}\` |

Made by \`${command}\` from the icons of \`pnpm data icons\`: Fluent Emoji Flat (Microsoft Corporation, MIT), Noto Emoji (Google Inc, Apache-2.0) and Twemoji (Twitter, CC BY 4.0). The training step and the network are tfjs functions, traced into ONNX and run by ONNX Runtime. Before \`model.onnx\` was written, its outputs were compared with those of the tfjs network.

The classifier learns to name the thing that an icon depicts, regardless of the set. The score of a group is the sum of the probabilities of its things. Each drawing is mirrored, turned, scaled, shifted and recoloured at random, placed on white, on a random colour or on a transparent background, and drawn at 16 or 32 pixels. Half of the pictures have one of ${FITTED.length} faults: ${FITTED.map(({ name }) => name).join(', ')}. Their class is the degree of this fault instead of the thing, so that the features show such faults, too.

The features are not outputs of a layer. They are ${features} linear discriminants (Fisher 1936) of the ${classifier.features} numbers that consist of the outputs of the hidden layer, and of the mean and deviation of each channel of the four convolutions. The discriminants were fitted to the training icons, drawn on white. They show the ${FITTED.length} faults and the ${pictures.groupNames.length} groups of icons, but hardly the set of an icon. A feature x is written as log(1 + 3x), or as −log(1 − 3x) if it is negative, so that a few unusual pictures do not determine KID.

## How pictures are converted

1. Grey becomes red, green and blue. Pictures without alpha are opaque.
2. Colours are multiplied by alpha. A transparent pixel is -1 in all four channels.
3. Each channel is resized to ${height}x${width}: by repeating pixels if the side divides ${height}, otherwise with a triangle filter. Pictures of ${height}x${width} do not change.
4. The network places the pictures on white. Differences of alpha that are not visible on white do not change the features, so a white shape on a transparent background is not seen.

## Validation

${number(MEASURED)} held-out icons are compared with ${number(REFERENCE)} training icons, by FID and KID × 1000. A useful measure increases with the strength of a corruption. It does in ${countIncreasing(measured)}. Swaps did not occur in training.

${measured.graded.map(section).join('\n\n')}

[KID of icons](../../docs/evaluation.md#kid-of-icons) compares these features with an independent network.
`;
}

function countIncreasing({ graded }: IconMeasures): string {
  const rows = graded.flatMap(({ kind, rows: all }) => all.map((row) => ({ kind, ...row })));
  const others = rows.filter(({ increases }) => !increases);
  const named = others.map(({ kind, corruption }) => `${kind}, ${corruption.name}`).join('; ');
  return `${rows.length - others.length} of ${rows.length} rows${others.length === 0 ? '' : ` (all except ${named})`}`;
}

function section({ kind, rows, fresh }: IconMeasures['graded'][number]): string {
  const cell = ({ fid, kid }: { readonly fid: number; readonly kid: number }): string =>
    `${fid.toFixed(1)}; ${(1000 * kid).toFixed(2)}`;
  const lines = rows.map(({ corruption, distances }) => {
    const [intact, ...graded] = distances.map(cell);
    const cells = graded.map((text, i) => `${corruption.strengths[i]}: ${text}`);
    return `| ${corruption.name}: ${corruption.unit} | ${intact} | ${cells.join(' | ')} |`;
  });
  return `### ${kind}

| corruption | none | strength: FID; KID × 1000 | | | |
|---|---|---|---|---|---|
${lines.join('\n')}

Other training icons, drawn at ${FRESH_SCALE} of their size: ${cell(fresh)}.`;
}
