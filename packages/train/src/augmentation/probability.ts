/**
 * Default probability of each transform of an augmented image. With five transforms, about half of the images are
 * unchanged. Source: Karras et al. 2022, arXiv 2206.00364, appendix F, for CIFAR-10.
 */
export const DEFAULT_PROBABILITY = 0.12;
