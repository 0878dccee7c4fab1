/** Id of the heading of what the tab is about just now: the form, or a run. Of the two one is there. */
export const HEADING = 'train-heading';
