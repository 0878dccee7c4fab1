import type { PredictionType, Schedule } from '@isonoise/schedule';

/** The weighting of the noise levels in the loss. */
export type Weighting =
  /** Every t has the same weight. For ε, this is L_simple of Ho et al. 2020, eq. 14. */
  | { readonly kind: 'simple' }
  /** Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy". */
  | { readonly kind: 'min-snr'; readonly gamma: number }
  /** Choi et al. 2022, "Perception Prioritized Training of Diffusion Models". */
  | { readonly kind: 'p2'; readonly gamma: number; readonly k: number }
  /** Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models" (EDM). */
  | { readonly kind: 'edm'; readonly sigmaData: number };

type WeightOfSnr = (snr: number) => number;
type Rules = { readonly [P in PredictionType]: WeightOfSnr };

/**
 * Returns the weight of the squared error at each timestep. With `simple`, it is 1 for every prediction type. All
 * other weightings give the same objective for ε, x_0, v and u.
 *
 * @returns float64 weights, `[T]`, where index t is timestep t
 */
export function lossWeights(
  schedule: Schedule,
  prediction: PredictionType,
  weighting: Weighting,
): readonly number[] {
  const weightOf = rulesOf(weighting)[prediction];
  return schedule.snr.map(weightOf);
}

/** Returns σ of flow matching, from SNR = (1−σ)²/σ². */
const noiseOfFlow = (snr: number): number => 1 / (1 + Math.sqrt(snr));

// With x_t = √ᾱ x_0 + √(1−ᾱ) ε and SNR = ᾱ/(1−ᾱ), an error of the network can be measured in three ways: ‖ε − ε̂‖² =
// SNR·‖x_0 − x̂_0‖² = ᾱ·‖v − v̂‖², and ᾱ = SNR/(SNR + 1). For flow matching, x_t = (1−σ) x_0 + σ ε and the network
// predicts u = ε − x_0: ‖x_0 − x̂_0‖² = σ²·‖u − û‖². These factors convert the weights of one prediction type to
// weights of a different type with the same objective.
function rulesOf(weighting: Weighting): Rules {
  switch (weighting.kind) {
    case 'simple':
      return { epsilon: () => 1, sample: () => 1, v_prediction: () => 1, flow: () => 1 };
    case 'min-snr': {
      // Section 3.4: w is min(SNR, γ) for x_0. It is divided by SNR for ε and by SNR + 1 for v.
      const { gamma } = weighting;
      return {
        // This form of min(SNR, γ)/SNR is also valid at SNR = 0.
        epsilon: (snr) => Math.min(1, gamma / snr),
        sample: (snr) => Math.min(snr, gamma),
        v_prediction: (snr) => Math.min(snr, gamma) / (snr + 1),
        flow: (snr) => Math.min(snr, gamma) * noiseOfFlow(snr) ** 2,
      };
    }
    case 'p2': {
      // Eq. 8: λ'_t = λ_t / (k + SNR)^γ, where λ_t is the weight in L_simple, which is 1 for ε.
      const { gamma, k } = weighting;
      return {
        epsilon: (snr) => (k + snr) ** -gamma,
        sample: (snr) => snr * (k + snr) ** -gamma,
        v_prediction: (snr) => (snr / (snr + 1)) * (k + snr) ** -gamma,
        flow: (snr) => snr * noiseOfFlow(snr) ** 2 * (k + snr) ** -gamma,
      };
    }
    case 'edm': {
      // Table 1: λ(σ) = (σ² + σ_d²) / (σ σ_d)² for x_0, with σ² = 1/SNR. With σ_d = 1, the weight is 1 for v, because
      // the preconditioning of EDM is then the prediction of v.
      const least = 1 / weighting.sigmaData ** 2;
      return {
        epsilon: (snr) => 1 + least / snr,
        sample: (snr) => snr + least,
        v_prediction: (snr) => (snr + least) / (snr + 1),
        flow: (snr) => (snr + least) * noiseOfFlow(snr) ** 2,
      };
    }
    default:
      return weighting satisfies never;
  }
}
