/**
 * Deeper than any valid configuration, header or manifest, and far below the depth that overflows a stack.
 */
export const MAX_JSON_DEPTH = 64;
