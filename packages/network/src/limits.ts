/**
 * Limits of a network. A larger network would take too long to create, or its weights would not fit into a file.
 */
export const NETWORK_LIMITS: Readonly<
  Record<
    | 'side'
    | 'channels'
    | 'levels'
    | 'layers'
    | 'classes'
    | 'tags'
    | 'augmentLabels'
    | 'timesteps'
    | 'parameters',
    number
  >
> = {
  /** Height and width of an image in pixels; data sets have the same limit. */
  side: 4096,
  /** Channels of a level, an image or an attention head. */
  channels: 2 ** 14,
  /** Levels; 4096 pixels can be halved twelve times. */
  levels: 13,
  /** Residual blocks of a level. Published networks have two to four. */
  layers: 64,
  /** Rows of the class embedding: the classes of a data set, and one for "no class". */
  classes: 2 ** 16 + 1,
  /** Rows of the tag embedding. A training step receives a number for each row and image. */
  tags: 2 ** 14,
  /** Labels of the transforms of an augmented image. All transforms together have 8. */
  augmentLabels: 64,
  /** Rows of a learned time encoding. */
  timesteps: 2 ** 20,
  /**
   * Number of values in all parameters. They take 2 GB in float32. A protobuf file has at most 2 GiB, so there is room for
   * the graph.
   */
  parameters: 500_000_000,
};
