import type { JSX } from 'preact';

const PATHS = {
  paint: 'M4 20c2.5 0 4-1 4-3a2.6 2.6 0 0 1 4.6-1.6M9.5 14 18 4.8a1.7 1.7 0 0 1 2.4 2.4L11.6 16',
  erase:
    'M9 19.5h11M5.4 17.2l-1.6-1.6a1.8 1.8 0 0 1 0-2.6L12.9 4a1.8 1.8 0 0 1 2.6 0l4 4a1.8 1.8 0 0 1 0 2.6l-8.9 8.9H8zM8.2 8.7l6.7 6.7',
  fill: 'm4 12 8-8 7.5 7.5-6.8 6.8a2 2 0 0 1-2.8 0L4.6 13a1.4 1.4 0 0 1 0-2M9 7 6.5 4.5M4.5 12h15M21 20a1.7 1.7 0 0 1-3.4 0c0-1 1.7-3 1.7-3s1.7 2 1.7 3z',
  pick: 'm13 7 4 4M11.5 8.5 4.8 15.2V19h3.8l6.7-6.7M14 6l2.3-2.3a2.1 2.1 0 0 1 3 0l1 1a2.1 2.1 0 0 1 0 3L18 10z',
  mask: 'M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M12 8.5v7M8.5 12h7',
  unmask:
    'M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M8.5 12h7',
  undo: 'M8 5 4 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11h-3',
  redo: 'm16 5 4 4-4 4M19.5 9H10a5.5 5.5 0 0 0 0 11h3',
  'zoom-in': 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20M10.5 7.8v5.4M7.8 10.5h5.4',
  'zoom-out': 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20M7.8 10.5h5.4',
  grid: 'M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16',
} as const;

export type IconName = keyof typeof PATHS;

/** Shows the icon of a button. */
export function ToolIcon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
