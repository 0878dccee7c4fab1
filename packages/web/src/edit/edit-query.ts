/** Query parameter with the id of a kept edit in the address of the Edit tab: `#/edit?drawing=<id>`. */
const DRAWING = 'drawing';

/** Returns the query of a kept edit. @param id id of its drawing in the history of this browser */
export const editQuery = (id: string): URLSearchParams => new URLSearchParams({ [DRAWING]: id });

/** The inverse of {@link editQuery}. @returns null if the query does not name an edit */
export const editOfQuery = (query: URLSearchParams): string | null => query.get(DRAWING);
