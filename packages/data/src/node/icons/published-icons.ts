import type { NpmArchive } from '../npm-package.ts';

/** An npm package of icons. */
export interface IconPackage extends NpmArchive {
  readonly title: string;
  readonly licence: string;
}

export type IconSetName = 'fluent-emoji-flat' | 'noto' | 'twemoji';

/**
 * Packages of icons with a free licence, by name of the set. None contains logos, which are trademarks. The hashes
 * were computed from archives whose SHA-512 equals the one in the npm registry.
 */
export const ICON_PACKAGES: Readonly<Record<IconSetName, IconPackage>> = {
  'fluent-emoji-flat': {
    package: '@iconify-json/fluent-emoji-flat',
    title: 'Fluent Emoji Flat (Microsoft Corporation)',
    licence: 'MIT',
    name: 'fluent-emoji-flat-1.2.6.tgz',
    bytes: 1172438,
    sha256: '7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175',
  },
  noto: {
    package: '@iconify-json/noto',
    title: 'Noto Emoji (Google)',
    licence: 'Apache-2.0',
    name: 'noto-1.2.9.tgz',
    bytes: 3102958,
    sha256: '3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad',
  },
  twemoji: {
    package: '@iconify-json/twemoji',
    title: 'Twemoji (Twitter)',
    licence: 'CC-BY-4.0',
    name: 'twemoji-1.2.5.tgz',
    bytes: 1555888,
    sha256: '19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7',
  },
};

export const ICON_SET_NAMES: readonly IconSetName[] = Object.keys(ICON_PACKAGES) as IconSetName[];

export function isIconSetName(name: string): name is IconSetName {
  return Object.hasOwn(ICON_PACKAGES, name);
}

/** Background of the icons. `transparent` keeps an alpha channel. */
export type IconBackground = 'white' | 'transparent';
export const ICON_BACKGROUNDS: readonly IconBackground[] = ['white', 'transparent'];
