import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What generated code needs beside its own statements. NaN is a missing number, null a missing text. */
final class Support {
  private Support() {}

  // Tables stand in string constants, which Java limits to 65535 bytes each.

  static String joined(String... pieces) {
    StringBuilder text = new StringBuilder();
    for (String piece : pieces) text.append(piece);
    return text.toString();
  }

  private static java.nio.ByteBuffer bytes(String[] pieces) {
    return java.nio.ByteBuffer.wrap(Base64.getDecoder().decode(joined(pieces))).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  }

  static double[] doubles(String... pieces) {
    java.nio.DoubleBuffer from = bytes(pieces).asDoubleBuffer();
    double[] values = new double[from.remaining()];
    from.get(values);
    return values;
  }

  static int[] ints(String... pieces) {
    java.nio.IntBuffer from = bytes(pieces).asIntBuffer();
    int[] values = new int[from.remaining()];
    from.get(values);
    return values;
  }

  /** Texts one behind the other, each as its length in characters, a colon, and itself; null as a dash. */
  static String[] texts(String... pieces) {
    String all = joined(pieces);
    ArrayList<String> texts = new ArrayList<>();
    int at = 0;
    while (at < all.length()) {
      if (all.charAt(at) == '-') {
        texts.add(null);
        at++;
        continue;
      }
      int colon = all.indexOf(':', at);
      int end = colon + 1 + Integer.parseInt(all.substring(at, colon));
      texts.add(all.substring(colon + 1, end));
      at = end;
    }
    return texts.toArray(new String[0]);
  }

  static HashMap<String, Double> levels(String... pieces) {
    String[] texts = texts(pieces);
    HashMap<String, Double> positions = new HashMap<>(texts.length * 2);
    for (int k = 0; k < texts.length; k++) positions.put(texts[k], (double) k);
    return positions;
  }

  static double[][] vectors(int[] widths) {
    double[][] vectors = new double[widths.length][];
    for (int i = 0; i < widths.length; i++) vectors[i] = new double[widths[i]];
    return vectors;
  }

  // Forms of numbers and texts.

  static double level(HashMap<String, Double> levels, String text) {
    if (text == null) return Double.NaN;
    Double place = levels.get(text);
    return place == null ? -1 : place;
  }

  /** MurmurHash3 x86-32 of the UTF-8 bytes. */
  static double hash(String text) {
    if (text == null) return Double.NaN;
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    int whole = data.length - data.length % 4;
    int hash = 0;
    for (int i = 0; i < whole; i += 4) {
      int block = (data[i] & 255) | (data[i + 1] & 255) << 8 | (data[i + 2] & 255) << 16 | data[i + 3] << 24;
      hash = Integer.rotateLeft(hash ^ scrambled(block), 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int i = data.length - 1; i >= whole; i--) tail = tail << 8 | data[i] & 255;
    if (data.length > whole) hash ^= scrambled(tail);
    hash ^= data.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return (hash ^ hash >>> 16) & 0xffffffffL;
  }

  private static int scrambled(int block) {
    return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
  }

  /** How many code points a text has. */
  static double length(String text) {
    return text == null ? Double.NaN : text.codePointCount(0, text.length());
  }

  /** The first 256 code points of each text side by side; null where one is missing. */
  static String cross(String separator, String... parts) {
    StringBuilder out = new StringBuilder();
    for (int k = 0; k < parts.length; k++) {
      String part = parts[k];
      if (part == null) return null;
      if (k > 0) out.append(separator);
      int points = part.length() <= 256 ? part.length() : part.codePointCount(0, part.length());
      out.append(part, 0, points <= 256 ? part.length() : part.offsetByCodePoints(0, 256));
    }
    return out.toString();
  }

  /** How a text becomes terms with numbers; a table that is not there is null. */
  static final class TermRule {
    private final char unit;
    private final int low;
    private final int high;
    private final int least;
    private final int most;
    private final double[] classes;
    private final double[] from;
    private final double[] to;
    private final HashMap<String, Double> levels;
    private final long buckets;
    private final char count;
    private final double[] idf;
    private final boolean norm;

    TermRule(
        String kinds,
        int low,
        int high,
        int least,
        int most,
        double[] classes,
        double[] from,
        double[] to,
        HashMap<String, Double> levels,
        long buckets,
        double[] idf,
        boolean norm) {
      this.unit = kinds.charAt(0);
      this.low = low;
      this.high = high;
      this.least = least;
      this.most = most;
      this.classes = classes;
      this.from = from;
      this.to = to;
      this.levels = levels;
      this.buckets = buckets;
      this.count = kinds.charAt(1);
      this.idf = idf;
      this.norm = norm;
    }

    private List<String> words(String text) {
      List<String> words = new ArrayList<>();
      StringBuilder word = new StringBuilder();
      int length = 0;
      int read = 0;
      for (int at = 0; at < text.length() && read < most; read++) {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        double folded = point;
        if (from != null) {
          int k = (int) countUpTo(from, folded);
          if (k > 0 && from[k - 1] == folded) folded = to[k - 1];
        }
        if (folded < 0) continue;
        if ((int) countUpTo(classes, folded) % 2 == 1) {
          word.appendCodePoint((int) folded);
          length++;
          continue;
        }
        if (length > 0 && length >= least) words.add(word.toString());
        word.setLength(0);
        length = 0;
      }
      if (length > 0 && length >= least) words.add(word.toString());
      return words;
    }

    private List<String> texts(String text) {
      List<String> texts = new ArrayList<>();
      if (unit == 'i') {
        for (int at = 0, read = 0; at < text.length() && read < most; read++) {
          int end = text.indexOf('\0', at);
          if (end < 0) end = text.length();
          texts.add(text.substring(at, end));
          at = end + 1;
        }
        return texts;
      }
      List<String> words = words(text);
      if (words.isEmpty()) return texts;
      if (unit == 'w') {
        for (int n = low; n <= high; n++)
          for (int k = 0; k + n <= words.size(); k++) texts.add(String.join(" ", words.subList(k, k + n)));
        return texts;
      }
      String joined = " " + String.join(" ", words) + " ";
      for (int n = low; n <= high; n++) {
        int points = joined.codePointCount(0, joined.length());
        for (int k = 0, start = 0; k + n <= points; k++) {
          texts.add(joined.substring(start, joined.offsetByCodePoints(start, n)));
          start = joined.offsetByCodePoints(start, 1);
        }
      }
      return texts;
    }

    Terms find(String text, Elementary e) {
      if (text == null) return new Terms(0);
      List<String> texts = texts(text);
      int[] found = new int[texts.size()];
      int size = 0;
      for (String term : texts) {
        if (term.isEmpty()) continue;
        if (levels == null) found[size++] = (int) ((long) hash(term) % buckets);
        else {
          Double place = levels.get(term);
          if (place != null) found[size++] = place.intValue();
        }
      }
      Arrays.sort(found, 0, size);
      Terms terms = new Terms(size);
      double squares = 0;
      for (int k = 0; k < size; ) {
        int index = found[k];
        int start = k;
        while (k < size && found[k] == index) k++;
        double number = count == 't' ? k - start : count == 'l' ? 1 + e.log(k - start) : 1;
        if (idf != null) number = number * idf[index];
        terms.indexes[terms.size] = index;
        terms.values[terms.size++] = number;
        squares += number * number;
      }
      if (norm && squares > 0) {
        double length = Math.sqrt(squares);
        for (int k = 0; k < terms.size; k++) terms.values[k] /= length;
      }
      return terms;
    }
  }

  /** The terms of a text: indexes, increasing, and their numbers. */
  static final class Terms {
    private int size;
    private final int[] indexes;
    private final double[] values;

    Terms(int most) {
      indexes = new int[most];
      values = new double[most];
    }

    void spread(double[] out) {
      Arrays.fill(out, 0);
      for (int k = 0; k < size; k++) out[indexes[k]] = values[k];
      clean(out);
    }

    double dot(double[] weights, int from, double bias) {
      double total = bias;
      for (int k = 0; k < size; k++) total += weights[from + indexes[k]] * values[k];
      return total;
    }

    void affine(double[] out, double[] weights, double[] biases, int width) {
      for (int j = 0; j < out.length; j++) out[j] = dot(weights, j * width, biases[j]);
      clean(out);
    }
  }

  /** How many numbers of an increasing table are below x. */
  static double countBelow(double[] table, double x) {
    int low = 0;
    int high = table.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (table[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many numbers of an increasing table are at most x. */
  static double countUpTo(double[] table, double x) {
    int low = 0;
    int high = table.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (table[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Marks a vector that holds a NaN as missing, and takes the sign off zeros. */
  static void clean(double[] vector) {
    boolean missing = false;
    for (int k = 0; k < vector.length; k++) {
      double value = vector[k] + 0.0;
      vector[k] = value;
      missing |= value != value;
    }
    if (missing) vector[0] = Double.NaN;
  }

  static void oneHot(double[] vector, double place) {
    Arrays.fill(vector, 0.0);
    if (place >= 0) vector[(int) place] = 1.0;
  }

  static double dot(double[] input, double[] weights, int from, double bias) {
    double total = bias;
    for (int k = 0; k < input.length; k++) total += weights[from + k] * input[k];
    return total;
  }

  static void affine(double[] out, double[] input, double[] weights, double[] biases) {
    for (int j = 0; j < out.length; j++) out[j] = dot(input, weights, j * input.length, biases[j]);
    clean(out);
  }

  static void softmax(double[] out, double[] input, Elementary math) {
    double greatest = input[0];
    for (int k = 1; k < input.length; k++) if (input[k] > greatest) greatest = input[k];
    double total = 0.0;
    for (int k = 0; k < input.length; k++) {
      double term = math.exp(input[k] - greatest);
      out[k] = term;
      total += term;
    }
    for (int k = 0; k < input.length; k++) out[k] = out[k] / total;
    clean(out);
  }

  /** The program's own elementary functions, operation by operation: the same bits on every machine. */
  static final class Elementary {
    private double low;
    private int exponent;
    private int quadrant;
    private double remainderLow;

    private double twoSum(double a, double b) {
      double sum = a + b;
      double bb = sum - a;
      low = a - (sum - bb) + (b - bb);
      return sum;
    }

    private double quickTwoSum(double a, double b) {
      double sum = a + b;
      low = b - (sum - a);
      return sum;
    }

    private double twoProduct(double a, double b) {
      double product = a * b;
      double aBig = 134217729.0 * a;
      double aHigh = aBig - (aBig - a);
      double aLow = a - aHigh;
      double bBig = 134217729.0 * b;
      double bHigh = bBig - (bBig - b);
      double bLow = b - bHigh;
      low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
      return product;
    }

    private double addDouble(double ah, double al, double bh, double bl) {
      double high = twoSum(ah, bh);
      double highError = low;
      double lowSum = twoSum(al, bl);
      double lowError = low;
      double first = quickTwoSum(high, highError + lowSum);
      return quickTwoSum(first, low + lowError);
    }

    private double multiplyDouble(double ah, double al, double bh, double bl) {
      double product = twoProduct(ah, bh);
      return quickTwoSum(product, low + (ah * bl + al * bh));
    }

    private double divideDouble(double ah, double al, double bh, double bl) {
      double first = ah / bh;
      double back = multiplyDouble(bh, bl, first, 0.0);
      double rest = addDouble(ah, al, -back, -low);
      return quickTwoSum(first, (rest + low) / bh);
    }

    private static int highWord(double x) {
      return (int) (Double.doubleToRawLongBits(x) >>> 32);
    }

    private static double powerOfTwo(int k) {
      return Double.longBitsToDouble((long) (k + 1023) << 52);
    }

    private static double scaleByPower(double x, int k) {
      if (k > 1023) return x * powerOfTwo(1023) * powerOfTwo(Math.min(k - 1023, 1023));
      if (k < -1022) return x * powerOfTwo(-969) * powerOfTwo(Math.max(k + 969, -1022));
      return x * powerOfTwo(k);
    }

    private static final double LN2_HIGH = 0.6931471803691238;
    private static final double LN2_LOW = 1.9082149292705877e-10;
    private static final double LN2_TAIL = 1.1612227229362532e-26;
    private static final double INVERSE_LN2 = 1.4426950408889634;
    private static final double[] INVERSE_FACTORIALS = new double[15];
    private static final double[] LOG_TERMS = new double[12];
    private static final double[] SIN_TERMS = new double[8];
    private static final double[] COS_TERMS = new double[8];

    static {
      double factorial = 2.0;
      for (int i = 0; i < 15; i++) {
        factorial *= i + 3;
        INVERSE_FACTORIALS[i] = 1.0 / factorial;
      }
      for (int i = 0; i < 12; i++) LOG_TERMS[i] = 2.0 / (2 * i + 3);
      double odd = 1.0;
      double even = 2.0;
      for (int i = 0; i < 8; i++) {
        odd *= (2 * i + 2) * (2 * i + 3);
        even *= (2 * i + 3) * (2 * i + 4);
        SIN_TERMS[i] = (i % 2 == 0 ? -1.0 : 1.0) / odd;
        COS_TERMS[i] = (i % 2 == 0 ? 1.0 : -1.0) / even;
      }
    }

    private double reducedExpm1(double x, double xLow) {
      double k = Math.abs(x) < 0.34 ? 0.0 : Math.floor(x * INVERSE_LN2 + 0.5);
      double far = twoSum(x - k * LN2_HIGH, -(k * LN2_LOW));
      double rHigh = quickTwoSum(far, low + xLow);
      double rLow = low;
      double polynomial = INVERSE_FACTORIALS[14];
      for (int i = 13; i >= 0; i--) polynomial = polynomial * rHigh + INVERSE_FACTORIALS[i];
      double square = twoProduct(rHigh, rHigh);
      double squareLow = low + 2.0 * rHigh * rLow;
      double sum = quickTwoSum(rHigh, 0.5 * square);
      exponent = (int) k;
      return quickTwoSum(sum, low + (rLow + 0.5 * squareLow + rHigh * square * polynomial));
    }

    private double expOfDouble(double x, double xLow) {
      if (x > 709.8) return Double.POSITIVE_INFINITY;
      if (x < -745.2) return 0.0;
      double q = reducedExpm1(x, xLow);
      double qLow = low;
      double sum = twoSum(1.0, q);
      return scaleByPower(sum + (low + qLow), exponent);
    }

    double exp(double x) {
      return x != x ? x : expOfDouble(x, 0.0);
    }

    private double doubleExpm1(double x) {
      double q = reducedExpm1(x, 0.0);
      if (exponent == 0) return q;
      double qLow = low;
      int k = exponent;
      double one = scaleByPower(1.0, k == 1024 ? 1023 : k);
      double factor = k == 1024 ? 2.0 : 1.0;
      double scaled = q * one * factor;
      double scaledLow = qLow * one * factor;
      double shifted = twoSum(one * factor, -1.0);
      double shiftedLow = low;
      double sum = twoSum(shifted, scaled);
      return quickTwoSum(sum, low + (shiftedLow + scaledLow));
    }

    double expm1(double x) {
      if (x != x || Math.abs(x) < 1e-300) return x;
      if (x > 709.8) return Double.POSITIVE_INFINITY;
      if (x < -40.0) return -1.0;
      double high = doubleExpm1(x);
      return high + low;
    }

    double tanh(double x) {
      if (x != x || Math.abs(x) < 1e-300) return x;
      if (x > 20.0) return 1.0;
      if (x < -20.0) return -1.0;
      double t = doubleExpm1(2.0 * x);
      double tLow = low;
      double sum = twoSum(t, 2.0);
      double denominator = quickTwoSum(sum, low + tLow);
      return divideDouble(t, tLow, denominator, low);
    }

    double sigmoid(double x) {
      if (x != x) return x;
      if (x > 40.0) return 1.0;
      if (x < -40.0) return exp(x);
      double t = doubleExpm1(-x);
      double tLow = low;
      double sum = twoSum(t, 2.0);
      double denominator = quickTwoSum(sum, low + tLow);
      return divideDouble(1.0, 0.0, denominator, low);
    }

    private double significand(double x) {
      int k = 0;
      double value = x;
      if (value < 2.2250738585072014e-308) {
        value *= 18014398509481984.0;
        k = -54;
      }
      int high = highWord(value);
      int fraction = high & 0xfffff;
      // 0x6a09e: upper fraction bits of the root of 2
      int carry = fraction >= 0x6a09e ? 1 : 0;
      exponent = k + (high >>> 20) - 1023 + carry;
      long lower = Double.doubleToRawLongBits(value) & 0xffffffffL;
      return Double.longBitsToDouble((long) (fraction | 1023 - carry << 20) << 32 | lower);
    }

    double log(double x) {
      if (x != x || x < 0.0) return Double.NaN;
      if (x == 0.0) return Double.NEGATIVE_INFINITY;
      if (x == Double.POSITIVE_INFINITY) return x;
      double f = significand(x) - 1.0;
      return sumLog(f, 0.0, exponent);
    }

    double log1p(double x) {
      if (x != x || x < -1.0) return Double.NaN;
      if (x == -1.0) return Double.NEGATIVE_INFINITY;
      if (x == Double.POSITIVE_INFINITY || Math.abs(x) < 1e-300) return x;
      if (x > -0.29 && x < 0.41) return sumLog(x, 0.0, 0);
      double sum = twoSum(1.0, x);
      double rest = low;
      double f = significand(sum) - 1.0;
      return sumLog(f, rest / sum, exponent);
    }

    private double sumLog(double f, double c, int k) {
      if (f == 0.0) return k == 0 ? c : k * LN2_HIGH + (k * LN2_LOW + c);
      double s = f / (2.0 + f);
      double z = s * s;
      double r = LOG_TERMS[11];
      for (int i = 10; i >= 0; i--) r = r * z + LOG_TERMS[i];
      r *= z;
      double half = twoProduct(0.5 * f, f);
      double halfLow = low;
      double first = quickTwoSum(f, -half);
      double small = low - halfLow + s * (half + r);
      if (k == 0) return first + (small + c);
      double sum = twoSum(k * LN2_HIGH, first);
      return sum + (low + (small + (k * LN2_LOW + c)));
    }

    private double doubleLog(double x) {
      double m = significand(x);
      int k = exponent;
      double below = twoSum(m, -1.0);
      double belowLow = low;
      double above = twoSum(m, 1.0);
      double s = divideDouble(below, belowLow, above, low);
      double sLow = low;
      double z = multiplyDouble(s, sLow, s, sLow);
      double zLow = low;
      double r = 0.0;
      double rLow = 0.0;
      for (int n = 47; n >= 3; n -= 2) {
        r = multiplyDouble(r, rLow, z, zLow);
        rLow = low;
        double inverse = divideDouble(2.0, 0.0, n, 0.0);
        r = addDouble(r, rLow, inverse, low);
        rLow = low;
      }
      r = multiplyDouble(r, rLow, z, zLow);
      rLow = low;
      r = addDouble(2.0, 0.0, r, rLow);
      rLow = low;
      r = multiplyDouble(r, rLow, s, sLow);
      rLow = low;
      double whole = addDouble(k * LN2_HIGH, 0.0, k * LN2_LOW, k * LN2_TAIL);
      return addDouble(whole, low, r, rLow);
    }

    double pow(double x, double y) {
      if (y == 0.0) return 1.0;
      if (x != x || y != y) return Double.NaN;
      double ax = Math.abs(x);
      boolean odd = Math.abs(y) < 9007199254740992.0 && y % 2.0 != 0.0 && Math.floor(y) == y;
      if (Double.isInfinite(y)) {
        if (ax == 1.0) return Double.NaN;
        return ax > 1.0 == y > 0.0 ? Double.POSITIVE_INFINITY : 0.0;
      }
      double sign = Double.doubleToRawLongBits(x) < 0 && odd ? -1.0 : 1.0;
      if (ax == 0.0) return sign * (y > 0.0 ? 0.0 : Double.POSITIVE_INFINITY);
      if (ax == Double.POSITIVE_INFINITY) return sign * (y > 0.0 ? Double.POSITIVE_INFINITY : 0.0);
      if (x < 0.0 && Math.floor(y) != y) return Double.NaN;
      if (ax == 1.0) return sign;
      double logarithm = doubleLog(ax);
      double logarithmLow = low;
      if (Math.abs(y * logarithm) > 760.0) return sign * (y * logarithm > 0.0 ? Double.POSITIVE_INFINITY : 0.0);
      if (Math.abs(y) < 1e-290) return sign;
      double product = multiplyDouble(logarithm, logarithmLow, y, 0.0);
      return sign * expOfDouble(product, low);
    }

    private static final String TWO_OVER_PI_HEX =
        "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73e"
            + "e88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b7"
            + "4f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc20";
    private static final double[] TWO_OVER_PI_PIECES = new double[TWO_OVER_PI_HEX.length() / 6];

    static {
      for (int i = 0; i < TWO_OVER_PI_PIECES.length; i++)
        TWO_OVER_PI_PIECES[i] = Integer.parseInt(TWO_OVER_PI_HEX.substring(6 * i, 6 * i + 6), 16);
    }

    double sin(double x) {
      if (x - x != 0.0) return Double.NaN;
      if (Math.abs(x) < 1e-150) return x;
      double r = reduce(x);
      switch (quadrant) {
        case 0:
          return smallSin(r, remainderLow);
        case 1:
          return smallCos(r, remainderLow);
        case 2:
          return -smallSin(r, remainderLow);
        default:
          return -smallCos(r, remainderLow);
      }
    }

    double cos(double x) {
      if (x - x != 0.0) return Double.NaN;
      double r = reduce(x);
      switch (quadrant) {
        case 0:
          return smallCos(r, remainderLow);
        case 1:
          return -smallSin(r, remainderLow);
        case 2:
          return -smallCos(r, remainderLow);
        default:
          return smallSin(r, remainderLow);
      }
    }

    private static double smallSin(double x, double tail) {
      double z = x * x;
      double r = SIN_TERMS[7];
      for (int i = 6; i >= 1; i--) r = r * z + SIN_TERMS[i];
      double v = z * x;
      return x - (z * (0.5 * tail - v * r) - tail - v * SIN_TERMS[0]);
    }

    private static double smallCos(double x, double tail) {
      double z = x * x;
      double r = COS_TERMS[7];
      for (int i = 6; i >= 0; i--) r = r * z + COS_TERMS[i];
      double half = 0.5 * z;
      double w = 1.0 - half;
      return w + (1.0 - w - half + (z * z * r - x * tail));
    }

    private double reduce(double x) {
      double size = Math.abs(x);
      if (size <= 0.7853981633974483) {
        quadrant = 0;
        remainderLow = 0.0;
        return x;
      }
      if (size >= 1048576.0) return reduceLarge(x);
      double n = Math.floor(x * 0.6366197723675814 + 0.5);
      double first = twoSum(x, -n * 1.5707963267341256);
      double firstLow = low;
      double second = twoSum(first, -n * 6.077100506303966e-11);
      double secondLow = low + firstLow;
      double third = twoSum(second, -n * 2.0222662487959506e-21);
      double high = quickTwoSum(third, low + secondLow);
      remainderLow = low;
      quadrant = Math.floorMod((int) n, 4);
      return high;
    }

    private double reduceLarge(double x) {
      double size = Math.abs(x);
      int power = (highWord(size) >>> 20) - 1023;
      int shift = power - 71;
      double scaled = shift > -1000 ? size * powerOfTwo(-shift) : size;
      double a = Math.floor(scaled / 281474976710656.0);
      double b = Math.floor((scaled - a * 281474976710656.0) / 16777216.0);
      double c = scaled - a * 281474976710656.0 - b * 16777216.0;
      int start = Math.max(0, Math.floorDiv(shift - 24, 24) - 1);
      double[] limbs = new double[13];
      for (int j = 0; j < 10; j++) {
        double piece = start + j < TWO_OVER_PI_PIECES.length ? TWO_OVER_PI_PIECES[start + j] : 0.0;
        limbs[j + 1] += piece * a;
        limbs[j + 2] += piece * b;
        limbs[j + 3] += piece * c;
      }
      for (int j = 12; j > 0; j--) {
        double carry = Math.floor(limbs[j] / 16777216.0);
        limbs[j] -= carry * 16777216.0;
        limbs[j - 1] += carry;
      }
      int lead = shift + 48 - 24 * start;
      double[] fraction = new double[13];
      double whole = 0.0;
      for (int j = 0; j < 13; j++) {
        int weight = lead - 24 * j;
        double limb = limbs[j];
        if (weight >= 24) continue;
        if (weight >= 0) whole += limb * powerOfTwo(weight) % 4.0;
        else {
          double unit = powerOfTwo(Math.min(-weight, 1000));
          double above = Math.floor(limb / unit);
          whole += above % 4.0;
          fraction[j] = (limb - above * unit) / unit;
        }
      }
      double estimate = 0.0;
      for (int j = 12; j >= 0; j--) estimate += fraction[j];
      double sum = 0.0;
      double sumLow = 0.0;
      if (estimate >= 0.5) {
        whole += 1.0;
        sum = -1.0;
      }
      for (int j = 0; j < 13; j++) {
        double next = twoSum(sum, fraction[j]);
        sum = quickTwoSum(next, low + sumLow);
        sumLow = low;
      }
      double high = multiplyDouble(sum, sumLow, 1.5707963267948966, 6.123233995736766e-17);
      double rest = low;
      int turns = (int) whole % 4;
      quadrant = x < 0.0 ? (4 - turns) % 4 : turns;
      remainderLow = x < 0.0 ? -rest : rest;
      return x < 0.0 ? -high : high;
    }
  }

  /** A sum of trees. */
  abstract static class Forest {
    final double[] bases;
    final int[] roots;
    private final int width;

    Forest(double[] bases, int[] roots, int width) {
      this.bases = bases;
      this.roots = roots;
      this.width = width;
    }

    abstract void fill(double[] numbers, double[] x);

    /** Adds each tree to the total of its class, in the order of the trees. */
    abstract void add(double[] x, double[] totals);

    /** `rows`: a row of features for each forest of a program, of which this is the `place`th. */
    double number(double[] numbers, double[][] rows, int place) {
      double[] total = new double[1];
      vector(numbers, rows, place, total);
      return total[0];
    }

    void vector(double[] numbers, double[][] rows, int place, double[] totals) {
      if (rows[place] == null) rows[place] = new double[width];
      double[] x = rows[place];
      fill(numbers, x);
      System.arraycopy(bases, 0, totals, 0, bases.length);
      add(x, totals);
      for (int k = 0; k < totals.length; k++) totals[k] += 0.0;
    }
  }

  /**
   * Trees with thresholds only: from node n a row goes to next[n] where x[feature[n]] is at most value[n], else to
   * next[n] + 1. A leaf goes to itself, since its feature is the last one, -Infinity, and its value is what it adds.
   * Where missing goes left, the feature is a copy of the column that holds -Infinity for missing. Four trees are walked
   * side by side, so that the processor need not wait for one.
   */
  static final class PlainForest extends Forest {
    private final int[] slots;
    private final int plain;
    private final double[] value;
    private final long[] step;

    /** The first `plain` slots are read as they are, the others with -Infinity for missing. */
    PlainForest(double[] bases, int[] roots, int[] slots, int plain, double[] value, int[] feature, int[] next) {
      super(bases, roots, slots.length + 1);
      this.slots = slots;
      this.plain = plain;
      this.value = value;
      step = new long[feature.length];
      for (int n = 0; n < step.length; n++) step[n] = (long) next[n] << 32 | feature[n];
    }

    @Override
    void fill(double[] numbers, double[] x) {
      for (int k = 0; k < plain; k++) x[k] = numbers[slots[k]];
      for (int k = plain; k < slots.length; k++) {
        double y = numbers[slots[k]];
        x[k] = y == y ? y : Double.NEGATIVE_INFINITY;
      }
      x[slots.length] = Double.NEGATIVE_INFINITY;
    }

    @Override
    void add(double[] x, double[] totals) {
      final int classes = totals.length;
      final int whole = roots.length & ~3;
      int k = 0;
      double total = totals[0];
      for (int t = 0; t < whole; t += 4) {
        int a = roots[t];
        int b = roots[t + 1];
        int c = roots[t + 2];
        int d = roots[t + 3];
        for (; ; ) {
          long stepA = step[a];
          long stepB = step[b];
          long stepC = step[c];
          long stepD = step[d];
          int nextA = (int) (stepA >>> 32) + (x[(int) stepA] <= value[a] ? 0 : 1);
          int nextB = (int) (stepB >>> 32) + (x[(int) stepB] <= value[b] ? 0 : 1);
          int nextC = (int) (stepC >>> 32) + (x[(int) stepC] <= value[c] ? 0 : 1);
          int nextD = (int) (stepD >>> 32) + (x[(int) stepD] <= value[d] ? 0 : 1);
          if ((nextA ^ a | nextB ^ b | nextC ^ c | nextD ^ d) == 0) break;
          a = nextA;
          b = nextB;
          c = nextC;
          d = nextD;
        }
        if (classes == 1) {
          total += value[a];
          total += value[b];
          total += value[c];
          total += value[d];
        } else {
          totals[k] += value[a];
          if (++k == classes) k = 0;
          totals[k] += value[b];
          if (++k == classes) k = 0;
          totals[k] += value[c];
          if (++k == classes) k = 0;
          totals[k] += value[d];
          if (++k == classes) k = 0;
        }
      }
      if (classes == 1) totals[0] = total;
      for (int t = whole; t < roots.length; t++) {
        int n = roots[t];
        for (; ; ) {
          int next = (int) (step[n] >>> 32) + (x[(int) step[n]] <= value[n] ? 0 : 1);
          if (next == n) break;
          n = next;
        }
        totals[k] += value[n];
        if (++k == classes) k = 0;
      }
    }
  }

  /** Trees with sets of categories too. */
  static final class MixedForest extends Forest {
    private final int[] slots;
    private final int[] feature;
    private final double[] threshold;
    private final int[] left;
    private final int[] right;
    private final int[] flags;
    private final int[] bitsetStart;
    private final int[] bitsets;
    private final double[] leaves;

    /** `flags`: 1 a set of categories, 2 missing goes left. */
    MixedForest(
        double[] bases,
        int[] roots,
        int[] slots,
        int[] feature,
        double[] threshold,
        int[] left,
        int[] right,
        int[] flags,
        int[] bitsetStart,
        int[] bitsets,
        double[] leaves) {
      super(bases, roots, slots.length);
      this.slots = slots;
      this.feature = feature;
      this.threshold = threshold;
      this.left = left;
      this.right = right;
      this.flags = flags;
      this.bitsetStart = bitsetStart;
      this.bitsets = bitsets;
      this.leaves = leaves;
    }

    @Override
    void fill(double[] numbers, double[] x) {
      for (int k = 0; k < slots.length; k++) x[k] = numbers[slots[k]];
    }

    @Override
    void add(double[] x, double[] totals) {
      for (int t = 0; t < roots.length; t++) totals[t % totals.length] += leaf(roots[t], x);
    }

    private double leaf(int root, double[] x) {
      int n = root;
      while (n >= 0) {
        double y = x[feature[n]];
        boolean goesLeft;
        if (y != y) goesLeft = flags[n] >= 2;
        else if ((flags[n] & 1) == 0) goesLeft = y <= threshold[n];
        else {
          int start = bitsetStart[n];
          double bits = (bitsetStart[n + 1] - start) * 32.0;
          if (y >= 0.0 && y < bits && Math.floor(y) == y) {
            int place = (int) y;
            goesLeft = (bitsets[start + (place >>> 5)] >>> (place & 31) & 1) == 1;
          } else goesLeft = flags[n] >= 2;
        }
        n = goesLeft ? left[n] : right[n];
      }
      return leaves[~n];
    }
  }

  // Raw values.

  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String reason) {
      super(reason, null, false, false);
    }
  }

  private static final double MOST = 9007199254740991.0;

  /** How values of one input are read. */
  static final class Reader {
    final String name;
    final char type;
    final boolean missingAllowed;

    /** What cannot be read is missing. */
    final boolean lenient;

    /** What training saw of a text; null: nothing says it. */
    HashMap<String, Double> levels;

    /** How many cells could not be read, and how many training did not see. */
    private long unread;
    private long unseen;

    void countUnread() {
      unread++;
    }

    void count(String text) {
      if (levels != null && text != null && !levels.containsKey(text)) unseen++;
    }

    String notes() {
      String column = "column " + quoted(name) + ": values that ";
      return (unread == 0 ? "" : column + "cannot be read and count as missing: " + unread + "\n")
          + (unseen == 0 ? "" : column + "training did not see, or hardly: " + unseen + "\n");
    }

    private final Pattern pattern;
    private final String letters;
    private final String form;

    /** `type`: n number, i integer, b bool, t timestamp, s string, l list of texts, v vector. */
    Reader(
        String name, char type, boolean missingAllowed, boolean lenient, String pattern, String letters, String form) {
      this.name = name;
      this.lenient = lenient;
      this.type = type;
      this.missingAllowed = missingAllowed;
      this.pattern = pattern == null ? null : Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
      this.letters = letters;
      this.form = form == null ? "an ISO 8601 date or time" : form;
    }

    boolean isText() {
      return type == 's' || type == 'l';
    }

    String typeName() {
      switch (type) {
        case 'n':
          return "number";
        case 'i':
          return "integer";
        case 'b':
          return "bool";
        case 't':
          return "timestamp";
        case 'l':
          return "strings";
        case 'v':
          return "vector";
        default:
          return "string";
      }
    }

    /** Of any input but a string: NaN is missing, bool is 0 or 1. */
    double number(Object raw) throws Unreadable {
      if (raw == null) return Double.NaN;
      if (raw instanceof CharSequence) return ofText(raw.toString());
      if (raw instanceof Number) return ofNumber(((Number) raw).doubleValue());
      if (raw instanceof Boolean && type == 'b') return (Boolean) raw ? 1.0 : 0.0;
      if (type == 't') {
        if (raw instanceof Instant) return ofInstant((Instant) raw);
        if (raw instanceof OffsetDateTime) return ofInstant(((OffsetDateTime) raw).toInstant());
        if (raw instanceof LocalDateTime) return ofInstant(((LocalDateTime) raw).toInstant(ZoneOffset.UTC));
        if (raw instanceof LocalDate) return ofNumber(((LocalDate) raw).toEpochDay() * 86400000000.0);
      }
      throw new Unreadable(type == 't' ? "is not " + form : type == 'b' ? "is not true or false" : "is not a number");
    }

    private double ofInstant(Instant time) throws Unreadable {
      return ofNumber(time.getEpochSecond() * 1e6 + time.getNano() / 1000);
    }

    double ofNumber(double value) throws Unreadable {
      if (value != value) return value;
      switch (type) {
        case 'n':
          return value + 0.0;
        case 'b':
          if (value == 0.0 || value == 1.0) return value + 0.0;
          throw new Unreadable("is not true or false");
        default:
          if (Math.abs(value) <= MOST && Math.floor(value) == value) return value + 0.0;
          throw new Unreadable(
              type == 'i' ? "is not a whole number within \u00b12^53" : "is not whole microseconds since 1970");
      }
    }

    double ofText(String raw) throws Unreadable {
      String text = trimmed(raw);
      if (text.isEmpty() && type != 't') return Double.NaN;
      switch (type) {
        case 'b':
          return boolOf(text);
        case 't':
          double us = pattern == null ? Double.NaN : patternTime(text);
          if (us != us) us = isoTime(text);
          if (us == us || text.isEmpty()) return us;
          throw new Unreadable("is not " + form);
        default:
          return ofNumber(decimalOf(text));
      }
    }

    /** A cell of CSV: bytes `from` up to `to`. */
    double ofCell(byte[] data, int from, int to) throws Unreadable {
      if (from == to) return Double.NaN;
      if (type == 'n') {
        double quick = quickDecimal(data, from, to);
        if (quick == quick) return quick + 0.0;
      }
      return ofText(decoded(data, from, to));
    }

    String textOfCell(byte[] data, int from, int to) throws Unreadable {
      if (type == 'l' && from < to) return strings(decoded(data, from, to));
      return from == to ? null : decoded(data, from, to);
    }

    /** A list of texts as one text: each item, and a NUL behind it. */
    private String strings(Object raw) throws Unreadable {
      List<?> items = listOf(raw, "is not a list of texts");
      if (items == null) return null;
      for (Object item : items) if (!(item instanceof CharSequence)) throw new Unreadable("is not a list of texts");
      if (items.size() > 65536) throw new Unreadable("has " + items.size() + " items; the most is 65536");
      StringBuilder text = new StringBuilder();
      for (Object item : items) text.append(wellFormed(item.toString()).replace('\0', '\ufffd')).append('\0');
      return text.length() == 0 ? null : text.toString();
    }

    /** Fills a vector; its first number is NaN where it is missing. */
    void vector(Object raw, double[] out) throws Unreadable {
      Object boxed = raw;
      if (raw instanceof double[] || raw instanceof float[]) {
        List<Double> numbers = new ArrayList<>();
        for (int k = 0; k < java.lang.reflect.Array.getLength(raw); k++)
          numbers.add(java.lang.reflect.Array.getDouble(raw, k));
        boxed = numbers;
      }
      List<?> items = listOf(boxed, "is not a list of numbers");
      out[0] = Double.NaN;
      if (items == null) return;
      for (Object item : items) if (!(item instanceof Number)) throw new Unreadable("is not a list of numbers");
      if (items.size() != out.length)
        throw new Unreadable("has " + items.size() + " numbers instead of " + out.length);
      for (int k = 0; k < out.length; k++) out[k] = ((Number) items.get(k)).doubleValue();
      clean(out);
    }

    void vectorOfCell(byte[] data, int from, int to, double[] out) throws Unreadable {
      vector(from == to ? null : decoded(data, from, to), out);
    }

    private static List<?> listOf(Object raw, String problem) throws Unreadable {
      if (raw == null) return null;
      if (raw instanceof Object[]) return Arrays.asList((Object[]) raw);
      if (raw instanceof List) return (List<?>) raw;
      if (!(raw instanceof CharSequence)) throw new Unreadable(problem);
      String text = trimmed(raw.toString());
      if (text.isEmpty()) return null;
      List<Object> items = jsonList(text);
      if (items == null) throw new Unreadable(problem);
      return items;
    }

    private static int blanks(String text, int at) {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
      return at;
    }

    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** The texts and numbers of a JSON array; null where it is none, or holds anything else. */
    private static List<Object> jsonList(String text) {
      List<Object> items = new ArrayList<>();
      int end = text.length();
      if (text.charAt(0) != '[') return null;
      int at = blanks(text, 1);
      if (at < end && text.charAt(at) == ']') return at + 1 == end ? items : null;
      Matcher number = JSON_NUMBER.matcher(text);
      for (; ; at++) {
        at = blanks(text, at);
        if (at == end) return null;
        if (text.charAt(at) == '"') {
          StringBuilder item = new StringBuilder();
          at = jsonText(text, at + 1, item);
          if (at < 0) return null;
          items.add(item.toString());
        } else {
          number.region(at, end);
          if (!number.lookingAt()) return null;
          items.add(Double.valueOf(number.group()));
          at = number.end();
        }
        at = blanks(text, at);
        if (at == end) return null;
        if (text.charAt(at) == ']') return at + 1 == end ? items : null;
        if (text.charAt(at) != ',') return null;
      }
    }

    /** Reads a JSON text behind its quote; gives the place behind it, or -1. */
    private static int jsonText(String text, int at, StringBuilder item) {
      for (; at < text.length(); at++) {
        char unit = text.charAt(at);
        if (unit == '"') return at + 1;
        if (unit < 0x20) return -1;
        if (unit != '\\') {
          item.append(unit);
          continue;
        }
        if (++at == text.length()) return -1;
        int name = "\"\\/bfnrtu".indexOf(text.charAt(at));
        if (name < 0) return -1;
        if (name < 8) {
          item.append("\"\\/\b\f\n\r\t".charAt(name));
          continue;
        }
        int value = 0;
        for (int k = 0; k < 4; k++) {
          char digit = ++at < text.length() ? text.charAt(at) : ' ';
          int one = digit < 128 ? Character.digit(digit, 16) : -1;
          if (one < 0) return -1;
          value = value * 16 + one;
        }
        item.append((char) value);
      }
      return -1;
    }

    String text(Object raw) throws Unreadable {
      if (type == 'l') return strings(raw);
      if (raw == null) return null;
      if (raw instanceof CharSequence) {
        String text = raw.toString();
        return text.isEmpty() ? null : wellFormed(text);
      }
      if (raw instanceof Boolean) return (Boolean) raw ? "true" : "false";
      if (raw instanceof Number) {
        double value = ((Number) raw).doubleValue();
        return value != value ? null : numberText(value + 0.0);
      }
      throw new Unreadable("is not text");
    }

    private double patternTime(String text) {
      Matcher match = pattern.matcher(text);
      if (!match.matches()) return Double.NaN;
      Time time = new Time();
      for (int i = 0; i < letters.length(); i++) time.assign(letters.charAt(i), match.group(i + 1));
      return time.microseconds();
    }
  }

  private static final Pattern ISO =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
              + "(?: ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?",
          Pattern.CASE_INSENSITIVE);

  private static double isoTime(String text) {
    Matcher match = ISO.matcher(text);
    if (!match.matches()) return Double.NaN;
    Time time = new Time();
    for (int i = 0; i < 8; i++) if (match.group(i + 1) != null) time.assign("YmdHMSfz".charAt(i), match.group(i + 1));
    return time.microseconds();
  }

  private static final class Time {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private int year = 1970;
    private int month = 1;
    private int day = 1;
    private int hour;
    private int minute;
    private int second;
    private int us;
    private int offsetMinutes;
    private int dayOfYear;
    private int afternoon;

    void assign(char letter, String text) {
      switch (letter) {
        case 'Y':
          year = Integer.parseInt(text);
          break;
        case 'y':
          year = Integer.parseInt(text);
          year += year < 69 ? 2000 : 1900;
          break;
        case 'm':
          month = Integer.parseInt(text);
          break;
        case 'b':
        case 'B':
          month = MONTHS.indexOf(lower(text.substring(0, 3))) / 3 + 1;
          break;
        case 'd':
        case 'e':
          day = Integer.parseInt(text);
          break;
        case 'j':
          dayOfYear = Integer.parseInt(text);
          break;
        case 'H':
          hour = Integer.parseInt(text);
          break;
        case 'I':
          hour = Integer.parseInt(text);
          hour = hour >= 1 && hour <= 12 ? hour % 12 : 99;
          break;
        case 'p':
          afternoon = lower(text).equals("pm") ? 12 : 0;
          break;
        case 'M':
          minute = Integer.parseInt(text);
          break;
        case 'S':
          second = Integer.parseInt(text);
          break;
        case 'f':
          us = fraction(text);
          break;
        case 'g':
          us = fraction("000".substring(text.length()) + text);
          break;
        case 'z':
          offsetMinutes = offset(text);
          break;
        default:
      }
    }

    double microseconds() {
      int hours = hour + afternoon;
      if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return Double.NaN;
      if (hours > 23 || minute > 59 || second > 59 || dayOfYear > 337 + monthLength(year, 2)) return Double.NaN;
      long date = dayOfYear > 0 ? dayNumber(year, 1, 1) + dayOfYear - 1 : dayNumber(year, month, day);
      long time = ((date * 24 + hours) * 60 + minute - offsetMinutes) * 60000000L + second * 1000000L + us;
      return Math.abs(time) <= 9007199254740991L ? time : Double.NaN;
    }

    private static int fraction(String digits) {
      return Integer.parseInt((digits + "00000").substring(0, 6));
    }

    private static int offset(String text) {
      if (text.equalsIgnoreCase("z")) return 0;
      String digits = (text.substring(1).replace(":", "") + "00").substring(0, 4);
      int minutes = Integer.parseInt(digits.substring(0, 2)) * 60 + Integer.parseInt(digits.substring(2));
      return text.charAt(0) == '-' ? -minutes : minutes;
    }

    private static int monthLength(int year, int month) {
      if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    private static long dayNumber(int year, int month, int day) {
      int y = month <= 2 ? year - 1 : year;
      int era = Math.floorDiv(y, 400);
      int yearOfEra = y - era * 400;
      int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
      return era * 146097L + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
    }
  }

  /** ASCII letters in lower case, whatever the machine's locale is. */
  private static String lower(String text) {
    char[] units = text.toCharArray();
    for (int i = 0; i < units.length; i++) if (units[i] >= 'A' && units[i] <= 'Z') units[i] += 32;
    return new String(units);
  }

  private static double boolOf(String text) throws Unreadable {
    switch (lower(text)) {
      case "true":
      case "t":
      case "yes":
      case "y":
      case "1":
        return 1.0;
      case "false":
      case "f":
      case "no":
      case "n":
      case "0":
        return 0.0;
      default:
        throw new Unreadable("is not true or false");
    }
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isWhite(text.charAt(from))) from++;
    while (from < to && isWhite(text.charAt(to - 1))) to--;
    return text.substring(from, to);
  }

  private static boolean isWhite(char unit) {
    return unit >= 9 && unit <= 13
        || unit == 32
        || unit == 0xa0
        || unit == 0x1680
        || unit >= 0x2000 && unit <= 0x200a
        || unit == 0x2028
        || unit == 0x2029
        || unit == 0x202f
        || unit == 0x205f
        || unit == 0x3000
        || unit == 0xfeff;
  }

  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) continue;
      if (Character.isHighSurrogate(unit) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      char[] units = text.toCharArray();
      for (int k = i; k < units.length; k++) {
        if (!Character.isSurrogate(units[k])) continue;
        if (Character.isHighSurrogate(units[k]) && k + 1 < units.length && Character.isLowSurrogate(units[k + 1])) k++;
        else units[k] = '\ufffd';
      }
      return new String(units);
    }
    return text;
  }

  private static double decimalOf(String text) throws Unreadable {
    String low = lower(text);
    int start = !low.isEmpty() && (low.charAt(0) == '+' || low.charAt(0) == '-') ? 1 : 0;
    String rest = low.substring(start);
    if (rest.equals("nan")) return Double.NaN;
    if (rest.equals("inf") || rest.equals("infinity"))
      return low.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    if (!isDecimal(rest)) throw new Unreadable("is not a number");
    return Double.parseDouble(text);
  }

  private static boolean isDecimal(String text) {
    int at = 0;
    int whole = digits(text, at);
    at += whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int part = digits(text, ++at);
      if (whole + part == 0) return false;
      at += part;
    } else if (whole == 0) return false;
    if (at < text.length() && text.charAt(at) == 'e') {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) at++;
      int power = digits(text, at);
      if (power == 0) return false;
      at += power;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at - from;
  }

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
  };

  /** A decimal of at most 15 digits without an exponent, exactly rounded since both parts are exact; NaN of all else. */
  private static double quickDecimal(byte[] data, int from, int to) {
    int at = from;
    boolean negative = data[at] == '-';
    if (negative || data[at] == '+') at++;
    if (to - at > 16) return Double.NaN;
    long digits = 0;
    int count = 0;
    int point = -1;
    for (; at < to; at++) {
      int c = data[at];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        count++;
      } else if (c == '.' && point < 0) point = count;
      else return Double.NaN;
    }
    if (count == 0 || count > 15) return Double.NaN;
    double value = point < 0 ? digits : digits / POWERS[count - point];
    return negative ? -value : value;
  }

  // Text of numbers.

  private static final int K_MIN = -324;
  private static final long[] POWERS_OF_TEN = new long[2 * 617];

  /**
   * The shortest digits that read back to the same double, the nearest of these, laid out as JavaScript's String(x).
   *
   * <p>Source: R. Giulietti, "The Schubfach way to render doubles", 2020.
   */
  static String numberText(double x) {
    if (x != x) return "NaN";
    if (x == 0.0) return "0";
    if (Double.isInfinite(x)) return x > 0.0 ? "Infinity" : "-Infinity";
    if (x == (long) x && Math.abs(x) <= MOST) return Long.toString((long) x);
    long bits = Double.doubleToRawLongBits(x);
    int biased = (int) (bits >>> 52) & 2047;
    long fraction = bits & 0xfffffffffffffL;
    int q = biased == 0 ? -1074 : biased - 1075;
    long c = biased == 0 ? fraction : fraction | 1L << 52;
    int out = (int) c & 1;
    long middle = c << 2;
    long above = middle + 2;
    long below;
    int k;
    if (c != 1L << 52 || q == -1074) {
      below = middle - 2;
      k = (int) (q * 661971961083L >> 41);
    } else {
      below = middle - 1;
      k = (int) (q * 661971961083L - 274743187321L >> 41);
    }
    int h = q + (int) (-k * 913124641741L >> 38) + 2;
    int place = 2 * (k - K_MIN);
    long high = powerOfTen(place, k);
    long low = POWERS_OF_TEN[place + 1];
    long vm = scaled(high, low, middle << h);
    long vb = scaled(high, low, below << h);
    long va = scaled(high, low, above << h);
    long s = vm >> 2;
    long digits = 0;
    if (s >= 10) {
      long tenBelow = s / 10 * 10;
      long tenAbove = tenBelow + 10;
      boolean belowIn = vb + out <= tenBelow << 2;
      boolean aboveIn = (tenAbove << 2) + out <= va;
      if (belowIn != aboveIn) digits = belowIn ? tenBelow : tenAbove;
    }
    if (digits == 0) {
      long t = s + 1;
      boolean belowIn = vb + out <= s << 2;
      boolean aboveIn = (t << 2) + out <= va;
      if (belowIn != aboveIn) digits = belowIn ? s : t;
      else {
        long order = vm - (s + t << 1);
        digits = order < 0 || order == 0 && (s & 1) == 0 ? s : t;
      }
    }
    while (digits % 10 == 0) {
      digits /= 10;
      k++;
    }
    return laidOut(bits < 0, Long.toString(digits), k);
  }

  private static String laidOut(boolean negative, String digits, int power) {
    StringBuilder text = new StringBuilder(26);
    if (negative) text.append('-');
    int point = digits.length() + power;
    if (power >= 0 && point <= 21) {
      text.append(digits);
      for (int i = 0; i < power; i++) text.append('0');
    } else if (point > 0 && point <= 21) text.append(digits, 0, point).append('.').append(digits, point, digits.length());
    else if (point > -6 && point <= 0) {
      text.append("0.");
      for (int i = point; i < 0; i++) text.append('0');
      text.append(digits);
    } else {
      text.append(digits.charAt(0));
      if (digits.length() > 1) text.append('.').append(digits, 1, digits.length());
      text.append(point > 0 ? "e+" : "e-").append(Math.abs(point - 1));
    }
    return text.toString();
  }

  /** The high 63 bits of 10^-k in 126 bits, rounded up; the low ones lie behind it. */
  private static synchronized long powerOfTen(int place, int k) {
    if (POWERS_OF_TEN[place] == 0) {
      BigInteger power = BigInteger.TEN.pow(Math.abs(k));
      BigInteger g =
          k <= 0
              ? power.shiftRight(power.bitLength() - 126)
              : BigInteger.ONE.shiftLeft(125 + power.bitLength()).divide(power);
      g = g.add(BigInteger.ONE);
      POWERS_OF_TEN[place + 1] = g.longValue() & Long.MAX_VALUE;
      POWERS_OF_TEN[place] = g.shiftRight(63).longValue();
    }
    return POWERS_OF_TEN[place];
  }

  private static long scaled(long high, long low, long c) {
    long x1 = Math.multiplyHigh(low, c);
    long y0 = high * c;
    long y1 = Math.multiplyHigh(high, c);
    long z = (y0 >>> 1) + x1;
    long w = y1 + (z >>> 63);
    return w | (z & Long.MAX_VALUE) + Long.MAX_VALUE >>> 63;
  }

  // CSV.

  static final class BadTable extends Exception {
    private static final long serialVersionUID = 1;

    BadTable(String reason) {
      super(": " + reason, null, false, false);
    }

    BadTable(String column, String reason) {
      super(", column " + column + ": " + reason, null, false, false);
    }
  }

  /** Records of a stream of CSV (RFC 4180; CRLF, LF or CR). Blank lines are passed over unless the header has one column. */
  static final class Csv {
    private final InputStream in;
    private final byte[] piece = new byte[1 << 16];
    private int at;
    private int end;
    private boolean afterReturn;
    private boolean started;
    private int width;
    byte[] data = new byte[1 << 12];
    int[] ends = new int[64];
    int count;

    Csv(InputStream in) {
      this.in = in;
    }

    private int peek() throws IOException {
      if (at == end) {
        end = Math.max(in.read(piece, 0, piece.length), 0);
        at = 0;
        if (end == 0) return -1;
      }
      return piece[at];
    }

    /** Reads a record into `data`; its field k ends before `ends[k]`. */
    boolean next() throws IOException, BadTable {
      if (!started) skipMark();
      for (; ; ) {
        if (afterReturn) {
          afterReturn = false;
          if (peek() == '\n') at++;
        }
        int c = peek();
        if (c == -1 && at == end) return false;
        if ((c != '\n' && c != '\r') || width == 1) break;
        at++;
        afterReturn = c == '\r';
      }
      count = 0;
      int size = 0;
      for (; ; ) {
        int c = peek();
        boolean over = at == end;
        if (!over && c == '"') {
          at++;
          for (; ; ) {
            c = peek();
            if (at == end) throw new BadTable("ends within a quoted field");
            at++;
            if (c == '"') {
              c = peek();
              if (at == end || c != '"') break;
              at++;
            }
            if (size == data.length) data = Arrays.copyOf(data, size * 2);
            data[size++] = (byte) c;
          }
          over = at == end;
          if (!over && c != ',' && c != '\n' && c != '\r') throw new BadTable("has text after a closing quote");
        } else
          while (!over && c != ',' && c != '\n' && c != '\r') {
            if (size == data.length) data = Arrays.copyOf(data, size * 2);
            data[size++] = (byte) c;
            at++;
            c = peek();
            over = at == end;
          }
        if (count == ends.length) ends = Arrays.copyOf(ends, count * 2);
        ends[count++] = size;
        if (over) break;
        at++;
        if (c == ',') continue;
        afterReturn = c == '\r';
        break;
      }
      if (width == 0) width = count;
      return true;
    }

    private void skipMark() throws IOException {
      started = true;
      for (int read = 0; read >= 0 && end < 3; read = in.read(piece, end, 3 - end)) end += read;
      if (end == 3 && (piece[0] & 255) == 0xef && (piece[1] & 255) == 0xbb && (piece[2] & 255) == 0xbf) at = 3;
    }

    int start(int field) {
      return field == 0 ? 0 : ends[field - 1];
    }
  }

  /** UTF-8 as text; each part that is not UTF-8 becomes U+FFFD, as the Encoding Standard has it. */
  static String decoded(byte[] data, int from, int to) {
    int ascii = from;
    while (ascii < to && data[ascii] >= 0) ascii++;
    if (ascii == to) return new String(data, from, to - from, StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder(to - from);
    int at = from;
    while (at < to) {
      int b = data[at++] & 255;
      if (b < 0x80) {
        text.append((char) b);
        continue;
      }
      int needed = b >= 0xc2 && b <= 0xdf ? 1 : b >= 0xe0 && b <= 0xef ? 2 : b >= 0xf0 && b <= 0xf4 ? 3 : 0;
      int low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
      int high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
      int point = needed == 1 ? b & 31 : needed == 2 ? b & 15 : b & 7;
      int left = needed;
      while (left > 0 && at < to && (data[at] & 255) >= low && (data[at] & 255) <= high) {
        point = point << 6 | data[at++] & 63;
        low = 0x80;
        high = 0xbf;
        left--;
      }
      text.appendCodePoint(needed == 0 || left > 0 ? 0xfffd : point);
    }
    return text.toString();
  }

  static void cell(StringBuilder out, String text) {
    boolean plain = true;
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c != '"' && c != ',' && c != '\r' && c != '\n';
    }
    if (plain) out.append(text);
    else out.append('"').append(text.replace("\"", "\"\"")).append('"');
  }

  /** A name within quotes, as JSON has it. */
  static String quoted(String name) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"' || c == '\\') text.append('\\').append(c);
      else if (c == '\n') text.append("\\n");
      else if (c == '\r') text.append("\\r");
      else if (c == '\t') text.append("\\t");
      else if (c == '\b') text.append("\\b");
      else if (c == '\f') text.append("\\f");
      else if (c < 32) text.append(String.format("\\u%04x", (int) c));
      else text.append(c);
    }
    return text.append('"').toString();
  }

  static String[] cells(String[] texts) {
    String[] cells = new String[texts.length];
    for (int k = 0; k < texts.length; k++) {
      StringBuilder out = new StringBuilder();
      cell(out, texts[k]);
      cells[k] = out.toString();
    }
    return cells;
  }

  /** A set of classes as a JSON list in a cell; `pieces` are their names as JSON within quotes. */
  static void set(StringBuilder out, boolean[] set, String[] pieces) {
    boolean any = false;
    for (int k = 0; k < set.length; k++) {
      if (!set[k]) continue;
      out.append(any ? "," : "\"[").append(pieces[k]);
      any = true;
    }
    out.append(any ? "]\"" : "[]");
  }

  /** What the filter needs of a model. */
  interface Scorer {
    /** The value of an input, as bytes of a cell. */
    void cell(int input, byte[] data, int from, int to) throws Unreadable;

    void score();

    void line(StringBuilder out);
  }

  private static final int PIECE = 1 << 16;

  /** CSV with a header in, a line of scores for each row out. Gives the exit code. */
  static int filter(
      Reader[] readers, Scorer scorer, String[] header, InputStream in, OutputStream out, OutputStream errors)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < header.length; k++) {
      if (k > 0) text.append(',');
      cell(text, header[k]);
    }
    text.append('\n');
    Csv csv = new Csv(in);
    int[] places = null;
    int width = 0;
    long row = 0;
    String problem = null;
    int input = 0;
    try {
      if (csv.next()) {
        width = csv.count;
        places = places(readers, csv);
        for (int k = 0; k < places.length; k++)
          if (places[k] < 0)
            say(errors, "header: no column " + quoted(readers[k].name) + "; it counts as missing in every row\n");
        say(errors, strays(places, csv));
        for (row = 1; csv.next(); row++) {
          if (csv.count != width) throw new BadTable("has " + csv.count + " fields; the header has " + width);
          for (input = 0; input < places.length; input++) {
            int k = places[input];
            if (k < 0) scorer.cell(input, csv.data, 0, 0);
            else scorer.cell(input, csv.data, csv.start(k), csv.ends[k]);
          }
          scorer.score();
          scorer.line(text);
          if (text.length() >= PIECE) write(out, text);
        }
      } else problem = "header: there is no header line";
    } catch (Unreadable error) {
      problem = "row " + row + ", column " + quoted(readers[input].name) + ": " + error.getMessage();
    } catch (BadTable error) {
      problem = (places == null ? "header" : "row " + row) + error.getMessage();
    }
    write(out, text);
    out.flush();
    if (problem == null)
      for (Reader reader : readers) say(errors, reader.notes());
    else say(errors, problem + "\n");
    return problem == null ? 0 : 1;
  }

  private static void say(OutputStream errors, String lines) throws IOException {
    errors.write(lines.getBytes(StandardCharsets.UTF_8));
    errors.flush();
  }

  /** The line that names the columns that no input reads; empty where there are none. */
  private static String strays(int[] places, Csv csv) {
    boolean[] read = new boolean[csv.count];
    for (int place : places) if (place >= 0) read[place] = true;
    StringBuilder line = new StringBuilder();
    for (int k = 0; k < read.length; k++) {
      if (read[k]) continue;
      line.append(line.length() == 0 ? "header: not columns of the model: " : ", ");
      line.append(quoted(decoded(csv.data, csv.start(k), csv.ends[k])));
    }
    return line.length() == 0 ? "" : line.append('\n').toString();
  }

  private static int[] places(Reader[] readers, Csv csv) throws BadTable {
    HashMap<String, Integer> columns = new HashMap<>();
    for (int k = 0; k < csv.count; k++)
      // below zero: the name is there again
      columns.merge(decoded(csv.data, csv.start(k), csv.ends[k]), k, (first, again) -> -1);
    int[] places = new int[readers.length];
    for (int i = 0; i < places.length; i++) {
      Integer place = columns.get(readers[i].name);
      if (place != null && place < 0) throw new BadTable(quoted(readers[i].name), "is there twice");
      places[i] = place == null ? -1 : place;
    }
    return places;
  }

  private static void write(OutputStream out, StringBuilder text) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }

  static Reader[] readers(String[] names, String types, String allowed, String[] patterns) {
    Reader[] readers = new Reader[names.length];
    int next = 0;
    for (int i = 0; i < names.length; i++) {
      boolean time = types.charAt(i) == 't';
      readers[i] =
          new Reader(
              names[i],
              types.charAt(i),
              allowed.charAt(i) != '0',
              allowed.charAt(i) == '2',
              time ? patterns[next] : null,
              time ? patterns[next + 1] : null,
              time ? patterns[next + 2] : null);
      if (time) next += 3;
    }
    return readers;
  }
}
