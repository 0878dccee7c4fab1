import type { AwjulianiConfig } from './awjuliani/config.ts';
import type { LucidrainsConfig } from './lucidrains/config.ts';
import type { Network } from './network.ts';
import type { PatchedConfig } from './patched/config.ts';
import type { Sides } from './sides.ts';
import type { UNet2DConfig } from './unet2d-fields.ts';

export interface ConfiguredNetwork {
  readonly network: Network;
  /** Configuration with all defaults filled in, to be saved. */
  readonly config: UNet2DConfig | PatchedConfig | AwjulianiConfig | LucidrainsConfig;
}

/** Unchecked fields of a network's configuration. */
export type NetworkFields = { readonly [field: string]: unknown };

/** The properties of a data set that determine fields of a network. */
export interface NetworkImages {
  /** Shape of the images, in pixels. */
  readonly shape: Sides & { readonly channels: number };
  /** Rows of the class embedding; null for images without classes. */
  readonly numClassEmbeds: number | null;
  /** Number of tags; 0 for images without tags. */
  readonly numTags: number;
  /** Labels of the transforms of an augmented image; 0 for images that are not augmented. */
  readonly augmentLabels: number;
}

/** What a data set requires of a network, and what an architecture requires of the images. */
export interface ConfigForImages {
  /** Fields that the images determine. Other values do not fit the images. */
  readonly determined: NetworkFields;
  /** Values of fields that the user does not set. */
  readonly defaults: NetworkFields;
  /** Both sides of the images must be multiples of this number of pixels. */
  readonly multipleOf: number;
  /** Reason for `multipleOf`, for errors, such as "AwjulianiUNet halves them 3 times". */
  readonly reason: string;
  /** A different network that supports more sizes, for the same error. */
  readonly alternative?: { readonly multipleOf: number; readonly how: string };
  /** Whether the images must be squares. Default false. */
  readonly squares?: true;
}

/** A family of networks with the same fields of configuration. */
export interface Architecture {
  /** `_class_name` in configurations. */
  readonly name: string;
  /** The class of `diffusers` with these fields and weights; null if `diffusers` cannot load such a network. */
  readonly diffusersClass: string | null;
  /**
   * Whether the images wrap around at their edges. Such a network draws textures that repeat without a seam, at every
   * size. Default false.
   */
  readonly tileable?: true;
  /**
   * Validates a configuration and makes its network.
   *
   * @param config fields of the configuration, and notes, whose keys start with `_`
   * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
   */
  readonly create: (config: unknown) => ConfiguredNetwork;
  /**
   * Returns a configuration as `unet/config.json` contains it, if it differs. `create` accepts both forms.
   */
  readonly forFile?: (config: NetworkFields) => NetworkFields;
  /**
   * Returns the configuration for training on a data set.
   *
   * @param given fields that the user or a base model sets
   * @param preset fields of a preset, with the names of `UNet2DModel`; architectures with other names ignore them
   */
  readonly configFor: (images: NetworkImages, given: NetworkFields, preset: NetworkFields) => ConfigForImages;
}
