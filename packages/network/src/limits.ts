/** Bounds of a network; above them the file of its weights could not be written, or making it would never end. */
export const NETWORK_LIMITS: Readonly<
  Record<'side' | 'channels' | 'levels' | 'layers' | 'classes' | 'timesteps' | 'parameters', number>
> = {
  /** Height and width of an image, pixels: as for the images of a data set. */
  side: 4096,
  /** Channels of a level, of an image, of a head. */
  channels: 2 ** 14,
  /** Levels; 4096 pixels can be halved twelve times. */
  levels: 13,
  /** Residual blocks of a level. Published networks have two to four. */
  layers: 64,
  /** Rows of the class embedding: the classes of a data set, and one for "no class". */
  classes: 2 ** 16 + 1,
  timesteps: 2 ** 20,
  /** Values of all parameters: 2 GB in float32, the largest protobuf file, less what the graph itself takes. */
  parameters: 500_000_000,
};
