import type { IconSet } from '@isonoise/data';
import type { DrawnIcons, IconBackground } from '@isonoise/data/node';
import { plural } from '../terminal/format.ts';

/** Returns the README of a folder of icons: its contents and the licences. */
export function iconsReadme(
  sets: readonly IconSet[],
  { icons }: DrawnIcons,
  { size, background }: { readonly size: number; readonly background: IconBackground },
  command: string,
): string {
  const drawnOf = (set: IconSet): number => icons.filter(({ row }) => row.set === set.prefix).length;
  const rows = sets.map((set) => {
    const { prefix, title, version, author, licence } = set;
    return `| \`${prefix}\` | ${title} | \`@iconify-json/${prefix}\` ${version} | ${drawnOf(set)} | ${linked(author.name, author.url)} | ${linked(licence.title, licence.url)} |`;
  });
  const colours = background === 'white' ? 'RGB, on white' : 'RGBA, on a transparent background';
  return `# Icons

${plural(icons.length, 'image')} of ${size}x${size} pixels, ${colours}. Made by \`${command}\`.

\`metadata.jsonl\` gives the group (\`label\`), name, tags, Unicode characters, set, licence and author of each image.

| folder | set | package | images | author | licence |
|---|---|---|---:|---|---|
${rows.join('\n')}

## Licences

The authors in the table hold the rights to the drawings. The drawings were changed: each was scaled to ${size}x${size} pixels.
If you redistribute the images, include this file, and fulfil the conditions of the licences.

${[...new Set(sets.map(({ licence }) => licence.spdx || licence.title))].map((id) => section(id, sets)).join('\n\n')}
`;
}

function section(id: string, sets: readonly IconSet[]): string {
  const authors = sets
    .filter(({ licence }) => (licence.spdx || licence.title) === id)
    .map(({ author }) => author.name);
  const text = TEXTS[id]?.(authors) ?? 'The text of this licence is at the address in the table.';
  return `### ${id}\n\n${text}`;
}

/** Texts that copies must contain, according to the licences. */
const TEXTS: Readonly<Record<string, (authors: readonly string[]) => string>> = {
  MIT: (authors) => `Copyright (c) ${authors.join(', ')}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  'Apache-2.0': (authors) =>
    `Copyright ${authors.join(', ')}. Licensed under the Apache License, Version 2.0. The licence is at https://www.apache.org/licenses/LICENSE-2.0.`,
  'CC-BY-4.0': (authors) =>
    `By ${authors.join(', ')}, licensed under the Creative Commons Attribution 4.0 International License. The licence is at https://creativecommons.org/licenses/by/4.0/.`,
};

function linked(text: string, url: string): string {
  return /^https?:\/\/[^\s()|]+$/.test(url) ? `[${text}](${url})` : text;
}
