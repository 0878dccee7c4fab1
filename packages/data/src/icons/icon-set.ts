import { plural, showValue } from '@isonoise/error';
import { DataError } from '../errors.ts';
import { byCodePoint } from '../folder-listing.ts';
import { decodeText } from '../text.ts';

/** A drawing of a set. Lengths are in units of its view box. */
export interface Icon {
  /** Lower-case words joined by hyphens, such as `grinning-face`. */
  readonly name: string;
  /** Name of the icon's group; null if it has none. */
  readonly group: string | null;
  /** Unicode characters that the icon shows, each as hexadecimal code points joined by hyphens. Often empty. */
  readonly characters: readonly string[];
  /** Whether the icon shows a specific skin tone. */
  readonly hasSkinTone: boolean;
  /** Content of the `<svg>` element. */
  readonly body: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly hFlip: boolean;
  readonly vFlip: boolean;
  /** Clockwise quarter turns, 0 to 3. */
  readonly rotate: number;
}

/** Icons of one designer, in the format of Iconify. */
export interface IconSet {
  /** Short name, such as `noto`, which is also the name of the folder with its images. */
  readonly prefix: string;
  readonly title: string;
  readonly version: string;
  readonly author: { readonly name: string; readonly url: string };
  readonly licence: { readonly title: string; readonly spdx: string; readonly url: string };
  /**
   * Icons in code point order of their names. Hidden icons are omitted, and so are aliases that look like their
   * original.
   */
  readonly icons: readonly Icon[];
}

/** Names of the files that describe a set. */
export const ICON_SET_FILES = {
  icons: 'icons.json',
  info: 'info.json',
  package: 'package.json',
  groups: 'metadata.json',
  characters: 'chars.json',
} as const;

/** Files that may be missing from a set. */
const OPTIONAL: ReadonlySet<string> = new Set([ICON_SET_FILES.groups, ICON_SET_FILES.characters]);

/** Accepted names of icons and sets. The pattern is strict because the names become file names. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Maximum number of icons in a set, as a protection against huge lists. The largest set of Iconify has 15,000. */
const MAX_ICONS = 100_000;
/** Maximum length of a chain of aliases. */
const MAX_PARENTS = 6;

/**
 * Parses an icon set, that is, a package `@iconify-json/<prefix>`.
 *
 * @param files contents of the files, by the names in {@link ICON_SET_FILES}
 * @param place prefix of every error message
 * @throws DataError `DATA_NOT_FOUND` if a file is missing; `DATA_FORMAT`; `DATA_LIMIT`
 * Source: https://iconify.design/docs/types/iconify-json.html
 */
export function parseIconSet(files: ReadonlyMap<string, Uint8Array>, place: string): IconSet {
  const read = (name: string): Fields => {
    const bytes = files.get(name);
    if (bytes === undefined && OPTIONAL.has(name)) return new Fields({}, `${place}/${name}`);
    if (bytes === undefined)
      throw new DataError(
        'DATA_NOT_FOUND',
        `${place}: ${name} is missing; expected the files of a package @iconify-json/<name>. Unpack the package again.`,
        { file: place },
      );
    const file = `${place}/${name}`;
    try {
      return new Fields(JSON.parse(decodeText(bytes, file)), file);
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError(
        'DATA_FORMAT',
        `${file}: the text is not JSON; expected a JSON object. Get the file again.`,
        { file, cause },
      );
    }
  };
  const [root, info] = [read(ICON_SET_FILES.icons), read(ICON_SET_FILES.info)];
  const [author, licence] = [info.fields('author'), info.fields('license')];
  return {
    prefix: named(root.text('prefix'), root.place),
    title: info.text('name'),
    version: read(ICON_SET_FILES.package).text('version'),
    author: { name: author.text('name'), url: author.text('url', '') },
    licence: { title: licence.text('title'), spdx: licence.text('spdx', ''), url: licence.text('url', '') },
    icons: parseIcons(
      root,
      groupsOf(read(ICON_SET_FILES.groups)),
      charactersOf(read(ICON_SET_FILES.characters)),
    ),
  };
}

function parseIcons(
  root: Fields,
  groups: ReadonlyMap<string, string>,
  characters: ReadonlyMap<string, readonly string[]>,
): readonly Icon[] {
  const [originals, aliases] = [root.fields('icons'), root.fields('aliases', {})];
  const names = [...originals.keys(), ...aliases.keys()];
  if (names.length > MAX_ICONS)
    throw new DataError(
      'DATA_LIMIT',
      `${root.place}: ${plural(names.length, 'icon')}; expected at most ${MAX_ICONS}. Use a smaller set.`,
      {
        file: root.place,
      },
    );
  const icons = names.flatMap((name): Icon[] => {
    // 1. Follow aliases to the original. Each alias may rotate or mirror it.
    let fields = originals.has(name) ? originals.fields(name) : aliases.fields(name);
    const chain = [fields];
    const chainNames = [name];
    for (let parent = fields.text('parent', ''); parent !== ''; parent = fields.text('parent', '')) {
      fields = originals.has(parent) ? originals.fields(parent) : aliases.fields(parent);
      chain.push(fields);
      chainNames.push(parent);
      if (chain.length > MAX_PARENTS)
        throw new DataError(
          'DATA_FORMAT',
          `${root.place}: ${name} is an alias of more than ${MAX_PARENTS} others; expected fewer. Get the set again.`,
          {
            file: root.place,
          },
        );
    }
    const isOdd = (key: string): boolean => chain.filter((each) => each.flag(key)).length % 2 === 1;
    const turns = chain.reduce((sum, each) => sum + each.number('rotate', 0), 0);
    const [hFlip, vFlip, rotate] = [isOdd('hFlip'), isOdd('vFlip'), ((turns % 4) + 4) % 4];
    const looksAlike = chain.length > 1 && !hFlip && !vFlip && rotate === 0;
    if (looksAlike || chain.some((each) => each.flag('hidden'))) return [];
    // 2. Use the nearest definition of each length. The set's lengths are the defaults.
    const length = (key: 'left' | 'top' | 'width' | 'height', fallback: number): number =>
      chain.find((each) => each.has(key))?.number(key) ?? root.number(key, fallback);
    const [width, height] = [length('width', 16), length('height', 16)];
    if (!(width > 0 && height > 0))
      throw new DataError(
        'DATA_FORMAT',
        `${root.place}: ${name} is ${width}x${height}; expected sides above 0. Get the set again.`,
        {
          file: root.place,
        },
      );
    return [
      {
        name: named(name, root.place),
        group: chainNames.map((each) => groups.get(each)).find((group) => group !== undefined) ?? null,
        characters: characters.get(name) ?? [],
        hasSkinTone: chainNames.some((each) => (characters.get(each) ?? []).some(includesSkinTone)),
        body: fields.text('body'),
        left: length('left', 0),
        top: length('top', 0),
        width,
        height,
        hFlip,
        vFlip,
        rotate,
      },
    ];
  });
  return icons.sort((a, b) => byCodePoint(a.name, b.name));
}

/** Returns the group of each icon. */
function groupsOf(metadata: Fields): ReadonlyMap<string, string> {
  const categories = metadata.fields('categories', {});
  return new Map(
    categories.keys().flatMap((group) => categories.texts(group).map((name) => [name, group] as const)),
  );
}

/** Returns the characters of each icon. */
function charactersOf(chars: Fields): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const characters of chars.keys()) {
    const name = chars.text(characters);
    found.set(name, [...(found.get(name) ?? []), characters]);
  }
  return found;
}

/** Code points of the five skin tones of emoji. Source: Unicode Technical Standard 51, section 2.4. */
const SKIN_TONES: ReadonlySet<string> = new Set(['1f3fb', '1f3fc', '1f3fd', '1f3fe', '1f3ff']);

/** @param characters code points joined by hyphens */
function includesSkinTone(characters: string): boolean {
  return characters.split('-').some((point) => SKIN_TONES.has(point));
}

function named(name: string, place: string): string {
  if (NAME.test(name) && name.length <= 200) return name;
  throw new DataError(
    'DATA_FORMAT',
    `${place}: the name is ${JSON.stringify(name)}; expected lower-case letters, digits and single hyphens. Correct the name.`,
    { file: place },
  );
}

/** An object of a JSON file whose fields are checked when they are read. */
class Fields {
  readonly place: string;
  readonly #values: ReadonlyMap<string, unknown>;

  /** @throws DataError `DATA_FORMAT` if `value` is not an object */
  constructor(value: unknown, place: string) {
    this.place = place;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DataError(
        'DATA_FORMAT',
        `${place}: found ${showValue(value)}; expected a JSON object. Get the file again.`,
        {
          file: place,
        },
      );
    this.#values = new Map(Object.entries(value));
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  fields(key: string, fallback?: object): Fields {
    return new Fields(this.#values.get(key) ?? fallback, `${this.place}: ${key}`);
  }

  text(key: string, fallback?: string): string {
    const value = this.#values.get(key) ?? fallback;
    return typeof value === 'string' ? value : this.#fail(key, 'a string');
  }

  texts(key: string): readonly string[] {
    const value = this.#values.get(key);
    const isTexts = Array.isArray(value) && value.every((each) => typeof each === 'string');
    return isTexts ? value : this.#fail(key, 'a list of strings');
  }

  number(key: string, fallback?: number): number {
    const value = this.#values.get(key) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#fail(key, 'a number');
  }

  flag(key: string): boolean {
    return this.#values.get(key) === true;
  }

  #fail(key: string, expected: string): never {
    const found = JSON.stringify(this.#values.get(key))?.slice(0, 40) ?? 'missing';
    throw new DataError(
      'DATA_FORMAT',
      `${this.place}: ${key} is ${found}; expected ${expected}. Get the set again.`,
      {
        file: this.place,
      },
    );
  }
}
