/**
 * The random generator of isonoise and DDIM in plain Java: the same bits as packages/random and packages/sampler.
 * docs/formats.md specifies both. Java rounds each operation on doubles as IEEE 754 says (JEP 306, Java 17).
 */
final class Ddim {
  /** A point of the schedule: the factors of x_0 and of the noise. */
  record Level(double alpha, double sigma) {}

  private static final double[][] TOP = {
    {3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
      67265.7709270087, 33430.57558358813, 2509.0809287301227},
    {1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
      0.2417807251774506, 0.022723844989269184, 0.0007745450142783414}};
  private static final double[][] BOTTOM = {
    {1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
      28729.085735721943, 5226.495278852854},
    {1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
      0.0005475938084995345, 1.0507500716444169e-9}};
  private static final double[] L = {0.6666666666666735, 0.3999999999940942, 0.2857142874366239,
    0.22222198432149784, 0.1818357216161805, 0.15313837699209373, 0.14798198605116586};

  /** One block of Philox4x32-10. */
  static int[] philox(int c0, int c1, int c2, int c3, int k0, int k1) {
    for (int round = 0; round < 10; round++) {
      long high = 0xD2511F53L * (c0 & 0xFFFFFFFFL), low = 0xCD9E8D57L * (c2 & 0xFFFFFFFFL);
      c0 = (int) (low >>> 32) ^ c1 ^ k0;
      c2 = (int) (high >>> 32) ^ c3 ^ k1;
      c1 = (int) low;
      c3 = (int) high;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return new int[] {c0, c1, c2, c3};
  }

  /** Word i of a stream. Purpose 0 is x_T, 1 the noise of a reverse step. */
  static int[] words(int n, long seed, int image, int step, int purpose, int draw) {
    int[] words = new int[n];
    for (int block = 0; 4 * block < n; block++) {
      int[] four = philox(block, step, image, purpose + 256 * draw, (int) seed, (int) (seed >>> 32));
      System.arraycopy(four, 0, words, 4 * block, Math.min(4, n - 4 * block));
    }
    return words;
  }

  /** Natural logarithm of normal doubles above 0, as fdlibm computes it. */
  static double log(double x) {
    int k = Math.getExponent(x) + 1;
    double m = Math.scalb(x, -k); // in [1/2, 1)
    if (m < Math.sqrt(0.5)) {
      m *= 2;
      k--;
    }
    double f = m - 1, s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    double odd = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])));
    double even = w * (L[1] + w * (L[3] + w * L[5]));
    return k * 0.6931471803691238 - (half - (s * (half + odd + even) + k * 1.9082149292705877e-10) - f);
  }

  private static double horner(double[] coefficients, double r) {
    double total = coefficients[7];
    for (int i = 6; i >= 0; i--) total = total * r + coefficients[i];
    return total;
  }

  /** The standard normal of a word: its quantile by Wichura's AS 241. */
  static float normal(int word) {
    double q = ((word & 0xFFFFFFFFL) - 2147483647.5) / 4294967296.0;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return (float) (q * horner(TOP[0], r) / horner(BOTTOM[0], r));
    }
    double root = Math.sqrt(-log(0.5 - Math.abs(q))) - 1.6;
    return (float) Math.copySign(horner(TOP[1], root) / horner(BOTTOM[1], root), q);
  }

  /** The noise x_T of an image with n values. */
  static float[] noise(int n, long seed, int image) {
    int[] words = words(n, seed, image, 0, 0, 0);
    float[] noise = new float[n];
    for (int i = 0; i < n; i++) noise[i] = normal(words[i]);
    return noise;
  }

  /** cos(pi/2 u)^2 with u = (time + 0.008) / 1.008, by a series that is equal everywhere. */
  private static double cosineAlphaBar(double time) {
    double u = (time + 0.008) / 1.008;
    double a = Math.PI / 2 * (u <= 0.5 ? u : 1 - u), z = a * a, total = 1;
    for (int n = u <= 0.5 ? 20 : 21; n >= 2; n -= 2) total = 1 - total * z / (n * (n - 1));
    double c = u <= 0.5 ? total : a * total;
    return c * c;
  }

  private static double ramp(double start, double end, int t, int T) {
    return t == 0 ? start : t == T - 1 ? end : start + t * ((end - start) / (T - 1));
  }

  /** The levels of all timesteps of a beta schedule. */
  static Level[] levels(String schedule, int T, double betaStart, double betaEnd) {
    Level[] levels = new Level[T];
    double alphaBar = 1, noise = 0;
    for (int t = 0; t < T; t++) {
      double root = ramp(Math.sqrt(betaStart), Math.sqrt(betaEnd), t, T);
      double beta = switch (schedule) {
        case "squaredcos_cap_v2" ->
            Math.min(1 - cosineAlphaBar((t + 1) / (double) T) / cosineAlphaBar(t / (double) T), 0.999);
        case "linear" -> ramp(betaStart, betaEnd, t, T);
        case "scaled_linear" -> root * root;
        default -> throw new IllegalArgumentException(
            "beta_schedule is " + schedule + "; expected squaredcos_cap_v2, linear or scaled_linear");
      };
      alphaBar *= 1 - beta;
      noise = beta + (1 - beta) * noise;
      levels[t] = new Level(Math.sqrt(alphaBar), Math.sqrt(noise));
    }
    return levels;
  }

  /** Timesteps from most noise to least. */
  static int[] trailing(int T, int steps) {
    int[] times = new int[steps];
    for (int i = 0; i < steps; i++) times[i] = (int) Math.rint(T + i * (T - T / (double) steps - T)) - 1;
    return times;
  }

  /** A step without fresh noise. */
  static float[] step(float[] x, float[] output, Level now, Level next, String prediction, double clip) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) result[i] = step(x[i], output[i], now, next, prediction, clip);
    return result;
  }

  private static float step(float x, float output, Level now, Level next, String prediction, double clip) {
    double a = now.alpha, s = now.sigma;
    double x0 = switch (prediction) {
      case "epsilon" -> 1 / a * x + -s / a * output;
      case "v_prediction" -> a * x + -s * output;
      case "sample" -> output;
      default -> throw new IllegalArgumentException(
          "prediction_type is " + prediction + "; expected epsilon, v_prediction or sample");
    };
    double ratio = next.sigma / s;
    return (float) ((next.alpha - ratio * a) * Math.max(-clip, Math.min(clip, x0)) + ratio * x);
  }

  /** Values from 0 to 255 for values in [-1, 1]. */
  static int[] pixels(float[] x) {
    int[] pixels = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      pixels[i] = (int) Math.max(0, Math.min(255, Math.floor(((double) x[i] + 1) * 127.5 + 0.5)));
    }
    return pixels;
  }
}
