import type { ModelSpec } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { chooseTags } from '@isonoise/runtime';
import { asSentence } from '../text/format.ts';

/** Tags as the form writes them: `cat, heart, -outline`. Guidance steers away from tags with a minus sign. */
export interface TagLists {
  readonly tags: readonly string[];
  readonly without: readonly string[];
}

/** Reads the tags of a form. */
export function readTags(text: string): TagLists {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    tags: names.filter((name) => !name.startsWith('-')),
    without: names.filter((name) => name.startsWith('-')).map((name) => name.slice(1).trim()),
  };
}

/** Writes tags for the form. */
export const tagText = ({ tags, without }: TagLists): string =>
  [...tags, ...without.map((name) => `-${name}`)].join(', ');

/** Adds a tag to a text, or removes it if it is there, with or without a minus sign. */
export function toggleTag(text: string, name: string): string {
  const { tags, without } = readTags(text);
  const others = (names: readonly string[]): readonly string[] => names.filter((each) => each !== name);
  const isThere = tags.includes(name) || without.includes(name);
  return tagText({ tags: isThere ? others(tags) : [...tags, name], without: others(without) });
}

/** Checks that a model knows all tags of a text. @returns the error for the form; undefined if it does */
export function tagError(text: string, spec: ModelSpec): string | undefined {
  const { tags, without } = readTags(text);
  try {
    chooseTags(spec, tags, 'tags');
    chooseTags(spec, without, 'without');
  } catch (error) {
    if (codeOf(error) !== 'RUNTIME_REQUEST' || !(error instanceof Error)) throw error;
    return asSentence(error.message.replace(/^sample: /, ''));
  }
  return tags.length === 0 && spec.tags?.dropped === false ? 'This model needs at least one tag.' : undefined;
}
