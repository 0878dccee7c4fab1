/**
 * Maximum nesting depth of JSON. Valid configurations, headers and manifests have fewer levels. A stack overflow
 * needs far more.
 */
export const MAX_JSON_DEPTH = 64;
