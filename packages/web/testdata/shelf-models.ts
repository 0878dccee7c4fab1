import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { ModelShelf } from '../src/model/model-shelf.ts';

/** Returns the spec of a small model. */
export const spec = (name: string): ModelSpec => ({
  name,
  image: { channels: 1, height: 1, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
});

/** Returns the files of a model whose graph is a text. */
export const files = (text: string): readonly File[] => [new File([text], 'own/unet/model.onnx')];

export const names = ({ models }: ModelShelf): readonly string[] =>
  models.value.map(({ spec: { name } }) => name);
