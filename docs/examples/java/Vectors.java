import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Prints the SHA-256 of the normals of streams, as little-endian float32, to compare with docs/examples/testdata/vectors.json.
 * Each argument is a stream: seed,image,step,purpose,draw,count.
 */
final class Vectors {
  public static void main(String[] streams) throws Exception {
    for (String stream : streams) {
      String[] fields = stream.split(",");
      int[] numbers = new int[5];
      for (int i = 0; i < 5; i++) numbers[i] = Integer.parseUnsignedInt(fields[i + 1]);
      long seed = Long.parseUnsignedLong(fields[0]);
      ByteBuffer bytes = ByteBuffer.allocate(4 * numbers[4]).order(ByteOrder.LITTLE_ENDIAN);
      for (int word : Ddim.words(numbers[4], seed, numbers[0], numbers[1], numbers[2], numbers[3])) {
        bytes.putFloat(Ddim.normal(word));
      }
      System.out.println(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array())));
    }
  }
}
