import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
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
 * The arguments are the model, the seed, the steps, the number of the class, the guidance, the number of images and
 * the folder for them. On Windows, write ; instead of : in the class path.
 */
final class Sample {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, String> about;
  private final int channels, height, width, size;

  private Sample(String model) throws Exception {
    session = environment.createSession(model);
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
    float[] x = sample.draw(Long.parseUnsignedLong(arguments[1]), Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]), Double.parseDouble(arguments[4]), images);
    for (int i = 0; i < images; i++) ImageIO.write(sample.picture(x, i), "png", new File(folder, i + ".png"));
  }

  /** Draws images. Returns [images, C, H, W] in [-1, 1]. */
  private float[] draw(long seed, int steps, int label, double guidance, int images) throws Exception {
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
      int[] words = Ddim.words(size, seed, i, 0, 0, 0);
      for (int j = 0; j < size; j++) x[i * size + j] = Ddim.normal(words[j]);
    }
    for (int i = 0; i < steps; i++) {
      float[] output = guided(x, times[i], label, guidance, images);
      Ddim.Level next = i + 1 < steps ? levels[times[i + 1]] : new Ddim.Level(1, 0);
      for (int j = 0; j < x.length; j++) {
        x[j] = Ddim.step(x[j], output[j], levels[times[i]], next, prediction, clip);
      }
    }
    return x;
  }

  /** The network's output, moved away from its output without a class. */
  private float[] guided(float[] x, int t, int label, double guidance, int images) throws Exception {
    boolean hasClasses = !about.get("isonoise.classes").equals("null");
    if (!hasClasses || guidance == 1) return network(x, t, label, hasClasses);
    float[] ofClass = network(x, t, label, true);
    float[] away = network(x, t, (int) number("isonoise.classes", "nullClass"), true);
    for (int j = 0; j < x.length; j++) {
      ofClass[j] = (float) (away[j] + guidance * ((double) ofClass[j] - away[j]));
    }
    return ofClass;
  }

  private float[] network(float[] x, int t, int label, boolean hasClasses) throws Exception {
    int images = x.length / size;
    float[] times = new float[images];
    int[] labels = new int[images];
    java.util.Arrays.fill(times, t);
    java.util.Arrays.fill(labels, label);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("sample",
        OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), new long[] {images, channels, height, width}));
    inputs.put("timestep", OnnxTensor.createTensor(environment, FloatBuffer.wrap(times), new long[] {images}));
    if (hasClasses) {
      inputs.put("class_labels", OnnxTensor.createTensor(environment, IntBuffer.wrap(labels), new long[] {images}));
    }
    try (OrtSession.Result result = session.run(inputs)) {
      float[] output = new float[x.length];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(output);
      return output;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private BufferedImage picture(float[] x, int image) {
    BufferedImage picture = new BufferedImage(width, height,
        channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < height * width; i++) {
        double value = Math.floor(((double) x[image * size + c * height * width + i] + 1) * 127.5 + 0.5);
        picture.getRaster().setSample(i % width, i / width, c, (int) Math.max(0, Math.min(255, value)));
      }
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
