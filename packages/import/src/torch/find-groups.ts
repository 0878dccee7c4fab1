import { PickleDict, PickleList } from '../pickle/pickle-value.ts';
import type { StoredTensor, TensorGroup } from '../stored-tensor.ts';
import { TensorView, type TorchValue } from './torch-world.ts';

/** Maximum depth at which dictionaries are searched for tensors. Optimizer states are deeper than models. */
const MAX_DEPTH = 4;

/**
 * Returns a function that writes the shapes of tensors as a short text. Each shape becomes a number: a forged list may
 * refer millions of times to a shape of many digits, whose text would not fit into memory.
 */
function shapeNumbers(): (tensors: Iterable<{ readonly shape: readonly number[] }>) => string {
  const ofArray = new Map<readonly number[], number>();
  const ofText = new Map<string, number>();
  const numberOf = (shape: readonly number[]): number => {
    const known = ofArray.get(shape);
    if (known !== undefined) return known;
    const text = shape.join();
    const number = ofText.get(text) ?? ofText.size;
    ofText.set(text, number);
    ofArray.set(shape, number);
    return number;
  };
  return (tensors) => Array.from(tensors, ({ shape }) => numberOf(shape)).join();
}

/**
 * Finds the sets of tensors in the value of a checkpoint. A set is a dictionary with tensors, or a list of tensors
 * with the same shapes in the same order as such a dictionary. `EMAModel` of diffusers stores an average as such a
 * list.
 */
export function findGroups(
  root: TorchValue,
  stored: (tensor: TensorView, name: string) => StoredTensor,
): readonly TensorGroup[] {
  const groups: TensorGroup[] = [];
  const lists: { readonly path: string; readonly tensors: readonly TensorView[] }[] = [];
  const seen = new Set<TorchValue>();
  const shapesOf = shapeNumbers();

  visit(root, '', 0);
  // A lookup takes the same time for any number of dictionaries; a hostile file may have hundreds of thousands.
  const dictionaries = new Map(groups.toReversed().map((group) => [shapesOf(group.tensors.values()), group]));
  return [...groups, ...lists.flatMap((list) => named(list, dictionaries))];

  function visit(value: TorchValue, path: string, depth: number): void {
    // A value may contain itself.
    if (depth > MAX_DEPTH || seen.has(value)) return;
    if (value instanceof PickleList) {
      seen.add(value);
      const tensors = value.items.filter((item) => item instanceof TensorView);
      if (tensors.length > 0 && tensors.length === value.items.length) lists.push({ path, tensors });
    }
    if (!(value instanceof PickleDict)) return;
    seen.add(value);
    const tensors = new Map<string, StoredTensor>();
    for (const [key, item] of value.entries) {
      if (typeof key !== 'string') continue;
      if (item instanceof TensorView) tensors.set(key, stored(item, key));
      else visit(item, path === '' ? key : `${path}.${key}`, depth + 1);
    }
    if (tensors.size > 0) groups.push({ path, tensors });
  }

  /** Names the tensors of a list after the keys of the first dictionary with the same shapes in the same order. */
  function named(
    { path, tensors: list }: (typeof lists)[number],
    dictionaries: ReadonlyMap<string, TensorGroup>,
  ): readonly TensorGroup[] {
    const same = dictionaries.get(shapesOf(list));
    if (same === undefined) return [];
    const names = [...same.tensors.keys()];
    const entries = list.map((tensor, i): [string, StoredTensor] => {
      const name = names[i] as string;
      return [name, stored(tensor, `${path}.${i}`)];
    });
    return [{ path, tensors: new Map(entries) }];
  }
}
