import type { Signal } from '@preact/signals';
import type { Navigation } from '../app/navigation.ts';
import type { Route } from '../app/route.ts';
import type { KeptDrawings } from '../history/kept-drawings.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import { editOfQuery, editQuery } from './edit-query.ts';

/** The parts of the page that the address of the Edit tab uses. */
interface EditAddressParts extends Navigation, Pick<KeptDrawings, 'shownId' | 'editWithId'> {
  /** Receives a kept edit. The Edit tab shows it as soon as the tab is open. */
  readonly editedDrawing: Signal<DoneDrawing | null>;
}

/** The address of the Edit tab, which names the kept edit on screen. */
export interface EditAddress {
  /** Opens the Edit tab, unless it is open, with a kept edit in its address. */
  open(id: string): void;
  /** Writes a finished edit into the address if the tab is open. Back then returns to the previous edit. */
  remember(id: string): void;
  /**
   * Shows the kept edit that an opened address names, unless a run is in progress. If the address names no edit, or the
   * same edit as before, the tab keeps its content, and the kept edit on screen is written into the address.
   *
   * @param drawing the drawing of the Edit tab
   * @returns false if the address names an edit that is not kept
   * @throws `RUN_KEPT_STORAGE` if the storage cannot be read
   */
  follow(opened: Route, drawing: { readonly value: Drawing }): Promise<boolean>;
}

export function createEditAddress(parts: EditAddressParts): EditAddress {
  const { route, goTo, describeInAddress, rememberInAddress, shownId, editWithId, editedDrawing } = parts;
  /** Id of the edit that the address of the tab named last; null if it named none yet. */
  let named: string | null = null;
  /** Number of addresses that were opened. Only the edit of the latest one is shown. */
  let opens = 0;
  function remember(id: string): void {
    if (route.value.tab !== 'edit') return;
    named = id;
    rememberInAddress('edit', editQuery(id));
  }
  return {
    open(id) {
      if (route.value.tab === 'edit') remember(id);
      else goTo('edit', editQuery(id));
    },
    remember,
    async follow({ tab, query }, drawing) {
      const open = ++opens;
      if (tab !== 'edit') return true;
      const now = drawing.value;
      const shown = shownId(now);
      const id = editOfQuery(query);
      const isBusy = now.status === 'preparing' || now.status === 'drawing';
      if (id === null || id === named || id === shown || isBusy) {
        named = shown ?? id ?? named;
        if (shown !== null) describeInAddress('edit', editQuery(shown));
        return true;
      }
      const state = await editWithId(id);
      // The visitor may have opened another address or begun a run while the edit was read.
      if (open !== opens || drawing.value !== now) return true;
      if (state === null) {
        describeInAddress('edit', shown === null ? new URLSearchParams() : editQuery(shown));
        return false;
      }
      named = id;
      editedDrawing.value = state;
      return true;
    },
  };
}
