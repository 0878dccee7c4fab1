import type { ComponentType } from 'preact';
import { TAB_NAMES, type TabName } from './route.ts';
import { isSite } from './site.ts';

/** A tab's label and its lazily loaded component. */
interface Tab {
  readonly label: string;
  readonly load: () => Promise<ComponentType>;
}

export const tabs: { readonly [K in TabName]: Tab } = {
  sample: { label: 'Sample', load: async () => (await import('../sample/sample-tab.tsx')).SampleTab },
  edit: { label: 'Edit', load: async () => (await import('../edit/edit-tab.tsx')).EditTab },
  compare: { label: 'Compare', load: async () => (await import('../compare/compare-tab.tsx')).CompareTab },
  train: { label: 'Train', load: async () => (await import('../train/train-tab.tsx')).TrainTab },
  inspect: { label: 'Inspect', load: async () => (await import('../inspect/inspect-tab.tsx')).InspectTab },
};

/** The tabs that the page has. A static site has no server for comparisons. */
export const tabNames: readonly TabName[] = isSite
  ? TAB_NAMES.filter((name) => name !== 'compare')
  : TAB_NAMES;
