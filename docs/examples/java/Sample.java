import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * Draws with a model of isonoise, with ONNX Runtime and plain Java 17; the same 8-bit pixels as
 *
 * <pre>pnpm sample models/mnist --seed 7 --sampler ddim --steps 20 --class 3 --count 4 --out digits/</pre>
 *
 * <pre>
 * mvn dependency:copy-dependencies -DoutputDirectory=lib
 * javac -cp "lib/*" -d classes *.java
 * java -cp "lib/*:classes" Sample models/mnist/unet/model.onnx 7 20 3 1.5 4 digits
 * </pre>
 *
 * The arguments are the model, the seed, the steps, the number of the class, the guidance, the number of images, the
 * folder for them, and the numbers of the tags, such as 1,20, for a model with tags. On Windows, write ; instead of :
 * in the class path.
 */
final class Sample {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, String> about;
  private final int channels, height, width, size;

  private Sample(String model) throws Exception {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.addConfigEntry("session.disable_quant_qdq", "1"); // as isonoise; otherwise the last bits differ
    session = environment.createSession(model, options);
    about = session.getMetadata().getCustomMetadata();
    channels = (int) number("isonoise.image", "channels");
    height = (int) number("isonoise.image", "height");
    width = (int) number("isonoise.image", "width");
    size = channels * height * width;
  }

  public static void main(String[] arguments) throws Exception {
    Sample sample = new Sample(arguments[0]);
    int images = Integer.parseInt(arguments[5]);
    File folder = new File(arguments[6]);
    folder.mkdirs();
    int[] tags = arguments.length < 8 ? new int[0]
        : Arrays.stream(arguments[7].split(",")).mapToInt(Integer::parseInt).toArray();
    float[] x = sample.draw(Long.parseUnsignedLong(arguments[1]), Integer.parseInt(arguments[2]),
        sample.condition(Integer.parseInt(arguments[3]), tags), Double.parseDouble(arguments[4]), images);
    for (int i = 0; i < images; i++) ImageIO.write(sample.picture(x, i), "png", new File(folder, i + ".png"));
  }

  /** The class to draw and the class for none, -1 without classes; or the row of tags, empty without tags. */
  private record Condition(int label, int noLabel, float[] tags) {}

  private Condition condition(int label, int[] tags) throws Exception {
    float[] row = new float[0];
    if (about.containsKey("isonoise.tags")) {
      NodeInfo input = session.getInputInfo().get("tags");
      row = new float[(int) ((TensorInfo) input.getInfo()).getShape()[1]];
      for (int tag : tags) row[tag] = (float) (1 / Math.sqrt(tags.length));
    }
    boolean hasClasses = !about.get("isonoise.classes").equals("null");
    return new Condition(label, hasClasses ? (int) number("isonoise.classes", "nullClass") : -1, row);
  }

  /** Draws images. Returns [images, C, H, W] in [-1, 1]. */
  private float[] draw(long seed, int steps, Condition condition, double guidance, int images) throws Exception {
    String scheduler = about.get("isonoise.scheduler");
    if (!scheduler.contains("\"timestep_spacing\":\"trailing\"") || scheduler.contains("\"rescale_betas_zero_snr\":true")
        || scheduler.contains("\"thresholding\":true") || scheduler.contains("\"trained_betas\":[")) {
      throw new IllegalArgumentException(
          "expected timestep_spacing trailing, without trained_betas, rescale_betas_zero_snr and thresholding");
    }
    String prediction = value("isonoise.scheduler", "prediction_type");
    double clip = value("isonoise.scheduler", "clip_sample").equals("true")
        ? number("isonoise.scheduler", "clip_sample_range") : Double.POSITIVE_INFINITY;
    int T = (int) number("isonoise.scheduler", "num_train_timesteps");
    Ddim.Level[] levels = Ddim.levels(value("isonoise.scheduler", "beta_schedule"), T,
        number("isonoise.scheduler", "beta_start"), number("isonoise.scheduler", "beta_end"));
    int[] times = Ddim.trailing(T, steps);

    float[] x = new float[images * size];
    for (int i = 0; i < images; i++) {
      System.arraycopy(Ddim.noise(size, seed, i), 0, x, i * size, size);
    }
    for (int i = 0; i < steps; i++) {
      float[] output = guided(x, times[i], condition, guidance);
      Ddim.Level next = i + 1 < steps ? levels[times[i + 1]] : new Ddim.Level(1, 0);
      x = Ddim.step(x, output, levels[times[i]], next, prediction, clip);
    }
    return x;
  }

  /**
   * The network's output, moved away from its output without a class or tags. Both come from one call with twice the
   * images, as in isonoise: ONNX Runtime may round other batches differently.
   */
  private float[] guided(float[] x, int t, Condition condition, double guidance) throws Exception {
    boolean isGuided = guidance != 1 && (condition.noLabel >= 0 || condition.tags.length > 0);
    if (!isGuided) return network(x, t, condition, x.length / size);
    float[] twice = Arrays.copyOf(x, 2 * x.length);
    System.arraycopy(x, 0, twice, x.length, x.length);
    float[] both = network(twice, t, condition, x.length / size);
    float[] output = new float[x.length];
    for (int j = 0; j < x.length; j++) {
      double away = both[x.length + j];
      output[j] = (float) (away + guidance * (both[j] - away));
    }
    return output;
  }

  /** Calls the network. The first images have the class or the tags; the others have none. */
  private float[] network(float[] x, int t, Condition condition, int first) throws Exception {
    int images = x.length / size, K = condition.tags.length;
    float[] times = new float[images];
    int[] labels = new int[images];
    float[] rows = new float[images * K];
    Arrays.fill(times, t);
    Arrays.fill(labels, condition.noLabel);
    Arrays.fill(labels, 0, first, condition.label);
    for (int i = 0; i < first; i++) System.arraycopy(condition.tags, 0, rows, i * K, K);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("sample",
        OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), new long[] {images, channels, height, width}));
    inputs.put("timestep", OnnxTensor.createTensor(environment, FloatBuffer.wrap(times), new long[] {images}));
    if (condition.noLabel >= 0) {
      inputs.put("class_labels", OnnxTensor.createTensor(environment, IntBuffer.wrap(labels), new long[] {images}));
    }
    if (K > 0) inputs.put("tags", OnnxTensor.createTensor(environment, FloatBuffer.wrap(rows), new long[] {images, K}));
    try (OrtSession.Result result = session.run(inputs)) {
      float[] output = new float[x.length];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(output);
      return output;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** An image of one channel, of three, or of four, whose colours are multiplied by alpha; PNG files have them divided. */
  private BufferedImage picture(float[] x, int image) {
    int[] types = {0, BufferedImage.TYPE_BYTE_GRAY, 0, BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB};
    BufferedImage picture = new BufferedImage(width, height, types[channels]);
    int[] pixel = new int[channels], pixels = Ddim.pixels(x);
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < channels; c++) pixel[c] = pixels[image * size + c * height * width + i];
      for (int c = 0; c < 3 && channels == 4; c++) {
        pixel[c] = pixel[3] == 0 ? 0 : (int) Math.min(255, Math.floor(255.0 * pixel[c] / pixel[3] + 0.5));
      }
      picture.getRaster().setPixel(i % width, i / width, pixel);
    }
    return picture;
  }

  /** A string, number or boolean of a JSON object in the model's metadata. */
  private String value(String key, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":\\s*\"?([^\",}]+)").matcher(about.get(key));
    if (!matcher.find()) throw new IllegalArgumentException(key + " has no " + field);
    return matcher.group(1);
  }

  private double number(String key, String field) {
    return Double.parseDouble(value(key, field));
  }
}
