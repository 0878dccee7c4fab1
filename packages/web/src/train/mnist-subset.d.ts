/** URLs of two gzipped IDX files, and of the first images; provided by the plugin in `vite-mnist-subset.ts`. */
declare module 'virtual:mnist-subset' {
  export const images: string;
  export const labels: string;
  /** 28 × 28 bytes for each image. */
  export const preview: string;
}
