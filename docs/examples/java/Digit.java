import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.FloatBuffer;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Draws a 3 with models/mnist and seed 7, with ONNX Runtime and plain Java 17; the same pixels as
 *
 * <pre>pnpm sample models/mnist --seed 7 --class 3 --guidance 1 --sampler ddim --steps 20 \
 *     --out 3.png</pre>
 *
 * <pre>java -cp "lib/*:classes" Digit models/mnist/unet/model.onnx 3.png</pre>
 *
 * Sample.java draws with any model: with guidance, with tags, and several images.
 */
final class Digit {
  public static void main(String[] arguments) throws Exception {
    var ort = OrtEnvironment.getEnvironment();
    var session = ort.createSession(arguments[0]);
    var levels = Ddim.levels("squaredcos_cap_v2", 1000, 0, 0);
    int[] times = Ddim.trailing(1000, 20);
    float[] x = Ddim.noise(28 * 28, 7, 0);
    for (int i = 0; i < times.length; i++) {
      var sample = OnnxTensor.createTensor(ort, FloatBuffer.wrap(x), new long[] {1, 1, 28, 28});
      var timestep = OnnxTensor.createTensor(ort, new float[] {times[i]});
      var label = OnnxTensor.createTensor(ort, new int[] {3});
      var inputs = Map.of("sample", sample, "timestep", timestep, "class_labels", label);
      var output = ((OnnxTensor) session.run(inputs).get("out_sample").get()).getFloatBuffer();
      var next = i + 1 < times.length ? levels[times[i + 1]] : new Ddim.Level(1, 0);
      x = Ddim.step(x, output.array(), levels[times[i]], next, "v_prediction", 1);
    }
    var picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setPixels(0, 0, 28, 28, Ddim.pixels(x));
    ImageIO.write(picture, "png", new File(arguments[1]));
  }
}
