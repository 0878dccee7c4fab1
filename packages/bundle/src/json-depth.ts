/**
 * The deepest nesting that is accepted. Every valid configuration, header or manifest is shallower, and a
 * stack overflows only at a far greater depth.
 */
export const MAX_JSON_DEPTH = 64;
