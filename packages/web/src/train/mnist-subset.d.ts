/** Made by the plugin in `vite-mnist-subset.ts`: addresses of two gzipped IDX files. */
declare module 'virtual:mnist-subset' {
  export const images: string;
  export const labels: string;
}
