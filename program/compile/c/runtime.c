/* == base: */
#if defined(__FAST_MATH__)
#error "Build without -ffast-math: it changes scores."
#endif
#if FLT_EVAL_METHOD != 0
#error "Doubles must be computed as doubles; on 32-bit x86 build with -msse2 -mfpmath=sse."
#endif

static inline int mr_missing(double x) { return x != x; }

/* == whole: */
static inline int mr_whole(double x) { return x >= -9007199254740991.0 && x <= 9007199254740991.0 && floor(x) == x; }

/* == text: */
static inline mr_text mr_literal(const char *bytes, size_t length) {
  mr_text text;
  text.text = bytes;
  text.length = length;
  return text;
}

/* == clean: */
/* A vector that holds a NaN is missing, which its first number says. */
static inline void mr_clean(double *v, size_t width) {
  size_t k;
  int bad = 0;
  for (k = 0; k < width; k++) {
    v[k] = v[k] + 0.0;
    bad |= v[k] != v[k];
  }
  if (bad) v[0] = NAN;
}

/* == dot: */
static inline double mr_dot(const double *v, const double *weights, size_t width, double bias) {
  double total = bias;
  size_t k;
  for (k = 0; k < width; k++) {
    const double product = weights[k] * v[k];
    total = total + product;
  }
  return total;
}

/* == affine: dot clean */
static void mr_affine(double *out, size_t outputs, const double *v, size_t width, const double *weights,
                      const double *biases) {
  size_t j;
  for (j = 0; j < outputs; j++) out[j] = mr_dot(v, weights + j * width, width, biases[j]);
  mr_clean(out, outputs);
}

/* == softmax: exp clean */
static void mr_softmax(double *out, const double *v, size_t width) {
  double greatest = v[0], total = 0.0;
  size_t k;
  for (k = 1; k < width; k++)
    if (v[k] > greatest) greatest = v[k];
  for (k = 0; k < width; k++) {
    out[k] = mr_exp(v[k] - greatest);
    total = total + out[k];
  }
  for (k = 0; k < width; k++) out[k] = out[k] / total;
  mr_clean(out, width);
}

/* == best: */
static inline size_t mr_first_greatest(const double *v, size_t width) {
  size_t best = 0, k;
  for (k = 1; k < width; k++)
    if (v[k] > v[best]) best = k;
  return best;
}

/* == count-below: */
static double mr_count_below(const double *table, size_t length, double x) {
  size_t low = 0, high = length;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (table[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return (double)low;
}

/* == count-up-to: */
static double mr_count_up_to(const double *table, size_t length, double x) {
  size_t low = 0, high = length;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (table[middle] <= x)
      low = middle + 1;
    else
      high = middle;
  }
  return (double)low;
}

/* == murmur: */
/* MurmurHash3 x86-32 with seed 0 (Austin Appleby, public domain). */
static uint32_t mr_scramble(uint32_t block) {
  block *= 0xcc9e2d51u;
  block = (block << 15) | (block >> 17);
  return block * 0x1b873593u;
}

static uint32_t mr_murmur3(const char *text, size_t length) {
  const unsigned char *bytes = (const unsigned char *)text;
  const size_t whole = length - length % 4;
  uint32_t hash = 0, tail = 0;
  size_t i;
  for (i = 0; i < whole; i += 4) {
    const uint32_t block = (uint32_t)bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
                           (uint32_t)bytes[i + 3] << 24;
    hash ^= mr_scramble(block);
    hash = (hash << 13) | (hash >> 19);
    hash = hash * 5u + 0xe6546b64u;
  }
  for (i = length; i > whole; i--) tail = (tail << 8) | bytes[i - 1];
  if (length > whole) hash ^= mr_scramble(tail);
  hash ^= (uint32_t)length;
  hash ^= hash >> 16;
  hash *= 0x85ebca6bu;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35u;
  hash ^= hash >> 16;
  return hash;
}

/* == hash: murmur */
static double mr_hash(mr_text text) { return text.length == 0 ? NAN : (double)mr_murmur3(text.text, text.length); }

/* == level: murmur */
static int mr_same(mr_text a, mr_text b) { return a.length == b.length && memcmp(a.text, b.text, a.length) == 0; }

/* Place of a text among the levels: -1 where it is none of them, NaN where it is missing. `index` is a hash table of
   places + 1 with `mask` + 1 slots; without one the levels are few. */
static double mr_level(mr_text text, const mr_text *levels, size_t count, const uint32_t *index, uint32_t mask) {
  uint32_t at;
  size_t k;
  if (text.length == 0) return NAN;
  if (index == NULL) {
    for (k = 0; k < count; k++)
      if (mr_same(text, levels[k])) return (double)k;
    return -1.0;
  }
  for (at = mr_murmur3(text.text, text.length) & mask; index[at] != 0; at = (at + 1) & mask)
    if (mr_same(text, levels[index[at] - 1])) return (double)(index[at] - 1);
  return -1.0;
}

/* == length: */
/* How many code points a text has. */
static double mr_length(mr_text text) {
  size_t k, count = 0;
  if (text.length == 0) return NAN;
  for (k = 0; k < text.length; k++) count += (text.text[k] & 0xc0) != 0x80;
  return (double)count;
}

/* == cross: text */
/* The first 256 code points of each text with the separator between them, in `out`; missing where one is. */
static mr_text mr_cross(char *out, mr_text separator, size_t count, const mr_text *parts) {
  size_t size = 0, part, k, points;
  for (part = 0; part < count; part++) {
    const mr_text text = parts[part];
    if (text.length == 0) return mr_literal(NULL, 0);
    if (part > 0) {
      memcpy(out + size, separator.text, separator.length);
      size += separator.length;
    }
    points = 0;
    for (k = 0; k < text.length && k < 1024; k++) {
      if ((text.text[k] & 0xc0) != 0x80 && ++points > 256) break;
      out[size++] = text.text[k];
    }
  }
  return mr_literal(out, size);
}

/* == write-point: */
static size_t mr_write_point(char *out, uint32_t point) {
  const size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  size_t k;
  if (size == 1) {
    out[0] = (char)point;
    return 1;
  }
  for (k = size - 1; k > 0; k--) {
    out[k] = (char)(0x80u | (point & 0x3fu));
    point >>= 6;
  }
  out[0] = (char)((0xf00u >> size & 0xffu) | point);
  return size;
}

/* == terms: level count-up-to log write-point */
/* How a text becomes terms with numbers; a table that is not there is NULL. */
typedef struct {
  char unit; /* words, characters, items */
  size_t low, high, least, most;
  const double *classes;
  size_t class_count;
  const double *from, *to;
  size_t folds;
  const mr_text *levels;
  size_t level_count;
  const uint32_t *index;
  uint32_t mask, buckets; /* buckets 0: levels */
  char count;             /* times, log, once */
  const double *idf;
  int norm;
} mr_terms;

/* Reads a code point of UTF-8 and gives its bytes; what is none is U+FFFD. */
static size_t mr_read_point(const char *text, size_t length, uint32_t *point) {
  const unsigned char *bytes = (const unsigned char *)text;
  const size_t size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
  size_t k;
  *point = bytes[0];
  if (size == 1) return 1;
  if (bytes[0] < 0xc0 || size > length) {
    *point = 0xfffd;
    return 1;
  }
  *point &= 0x7fu >> size;
  for (k = 1; k < size; k++) *point = *point << 6 | (bytes[k] & 0x3fu);
  return size;
}

/* Writes the words, a space before and behind each; gives the bytes, 1 where there is none. */
static size_t mr_words(const mr_terms *rule, mr_text text, char *out) {
  size_t at = 0, read = 0, size = 1, start = 1, length = 0;
  out[0] = ' ';
  for (;;) {
    const int ends = at >= text.length || read >= rule->most;
    if (!ends) {
      uint32_t point;
      double folded;
      at += mr_read_point(text.text + at, text.length - at, &point);
      read++;
      folded = (double)point;
      if (rule->folds > 0) {
        const size_t k = (size_t)mr_count_up_to(rule->from, rule->folds, folded);
        if (k > 0 && rule->from[k - 1] == folded) folded = rule->to[k - 1];
      }
      if (folded < 0.0) continue;
      if ((size_t)mr_count_up_to(rule->classes, rule->class_count, folded) % 2 == 1) {
        size += mr_write_point(out + size, (uint32_t)folded);
        length++;
        continue;
      }
    }
    if (length > 0 && length >= rule->least) {
      out[size++] = ' ';
      start = size;
    } else size = start;
    length = 0;
    if (ends) return size;
  }
}

static void mr_add_term(const mr_terms *rule, const char *text, size_t length, uint32_t *found, size_t *count) {
  mr_text term;
  double place;
  if (length == 0) return;
  if (rule->buckets > 0) {
    found[(*count)++] = mr_murmur3(text, length) % rule->buckets;
    return;
  }
  term.text = text;
  term.length = length;
  place = mr_level(term, rule->levels, rule->level_count, rule->index, rule->mask);
  if (place >= 0.0) found[(*count)++] = (uint32_t)place;
}

static void mr_sift(uint32_t *heap, size_t at, size_t size) {
  const uint32_t value = heap[at];
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= value) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = value;
}

static void mr_sort(uint32_t *values, size_t count) {
  size_t k;
  for (k = count / 2; k > 0; k--) mr_sift(values, k - 1, count);
  for (k = count; k > 1; k--) {
    const uint32_t greatest = values[0];
    values[0] = values[k - 1];
    values[k - 1] = greatest;
    mr_sift(values, 0, k - 1);
  }
}

/* The indexes of a text's terms, sorted, each as often as it is there. */
static size_t mr_find_terms(const mr_terms *rule, mr_text text, char *buffer, uint32_t *found) {
  size_t count = 0, n, k, start, end, size, read;
  uint32_t point;
  if (text.length == 0) return 0;
  if (rule->unit == 'i') {
    for (start = 0, read = 0; start < text.length && read < rule->most; start = end + 1, read++) {
      for (end = start; end < text.length && text.text[end] != 0;) end++;
      mr_add_term(rule, text.text + start, end - start, found, &count);
    }
  } else if ((size = mr_words(rule, text, buffer)) > 1) {
    for (n = rule->low; n <= rule->high; n++) {
      if (rule->unit == 'c') {
        for (start = 0; start < size; start += mr_read_point(buffer + start, size - start, &point)) {
          for (k = 0, end = start; k < n && end < size; k++) end += mr_read_point(buffer + end, size - end, &point);
          if (k == n) mr_add_term(rule, buffer + start, end - start, found, &count);
        }
        continue;
      }
      for (start = 1; start < size; start++) {
        for (k = 0, end = start; k < n && end < size; k++, end++)
          while (buffer[end] != ' ') end++;
        if (k == n) mr_add_term(rule, buffer + start, end - 1 - start, found, &count);
        while (buffer[start] != ' ') start++;
      }
    }
  }
  mr_sort(found, count);
  return count;
}

/* The number of the term at `*at`, which moves to the next one. */
static double mr_term_number(const mr_terms *rule, const uint32_t *found, size_t count, size_t *at) {
  const uint32_t index = found[*at];
  const size_t from = *at;
  double number = 1.0;
  while (*at < count && found[*at] == index) ++*at;
  if (rule->count == 't') number = (double)(*at - from);
  if (rule->count == 'l') number = 1.0 + mr_log((double)(*at - from));
  return rule->idf == NULL ? number : number * rule->idf[index];
}

static double mr_terms_length(const mr_terms *rule, const uint32_t *found, size_t count) {
  double squares = 0.0;
  size_t at = 0;
  if (!rule->norm) return 1.0;
  while (at < count) {
    const double number = mr_term_number(rule, found, count, &at);
    const double square = number * number;
    squares += square;
  }
  return squares > 0.0 ? sqrt(squares) : 1.0;
}

static void mr_spread_terms(const mr_terms *rule, const uint32_t *found, size_t count, double *out, size_t width) {
  const double length = mr_terms_length(rule, found, count);
  size_t at = 0;
  memset(out, 0, width * sizeof(double));
  while (at < count) {
    const uint32_t index = found[at];
    out[index] = mr_term_number(rule, found, count, &at) / length;
  }
}

static double mr_dot_terms(const mr_terms *rule, const uint32_t *found, size_t count, const double *weights, double bias) {
  const double length = mr_terms_length(rule, found, count);
  double total = bias;
  size_t at = 0;
  while (at < count) {
    const uint32_t index = found[at];
    const double value = mr_term_number(rule, found, count, &at) / length;
    const double product = weights[index] * value;
    total += product;
  }
  return total;
}

/* == bits: */
static inline uint32_t mr_high_word(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (uint32_t)(bits >> 32);
}

static inline double mr_with_high_word(double x, uint32_t high) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits = (bits & 0xffffffffu) | (uint64_t)high << 32;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline double mr_power_of_two(int k) { return mr_with_high_word(0.0, (uint32_t)(k + 1023) << 20); }

static inline double mr_scale_by_power(double x, int k) {
  if (k > 1023) return x * mr_power_of_two(1023) * mr_power_of_two(k - 1023 < 1023 ? k - 1023 : 1023);
  if (k < -1022) return x * mr_power_of_two(-969) * mr_power_of_two(k + 969 > -1022 ? k + 969 : -1022);
  return x * mr_power_of_two(k);
}

/* == double-double: */
/* A number as a sum of two doubles: each function gives the high part and leaves the low part in *low.
   T. J. Dekker, Numerische Mathematik 18, 1971; J. R. Shewchuk, Discrete & Computational Geometry 18, 1997. */
static inline double mr_two_sum(double a, double b, double *low) {
  const double sum = a + b;
  const double bb = sum - a;
  *low = a - (sum - bb) + (b - bb);
  return sum;
}

static inline double mr_quick_two_sum(double a, double b, double *low) {
  const double sum = a + b;
  *low = b - (sum - a);
  return sum;
}

static inline double mr_two_product(double a, double b, double *low) {
  const double product = a * b;
  const double a_big = 134217729.0 * a;
  const double a_high = a_big - (a_big - a);
  const double a_low = a - a_high;
  const double b_big = 134217729.0 * b;
  const double b_high = b_big - (b_big - b);
  const double b_low = b - b_high;
  *low = a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low);
  return product;
}

static inline double mr_multiply_double(double ah, double al, double bh, double bl, double *low) {
  double rest;
  const double product = mr_two_product(ah, bh, &rest);
  return mr_quick_two_sum(product, rest + (ah * bl + al * bh), low);
}

/* == divide-double: double-double */
static inline double mr_add_double(double ah, double al, double bh, double bl, double *low) {
  double high_error, low_error, rest;
  const double high = mr_two_sum(ah, bh, &high_error);
  const double low_sum = mr_two_sum(al, bl, &low_error);
  const double first = mr_quick_two_sum(high, high_error + low_sum, &rest);
  return mr_quick_two_sum(first, rest + low_error, low);
}

static inline double mr_divide_double(double ah, double al, double bh, double bl, double *low) {
  double back_low, rest_low;
  const double first = ah / bh;
  const double back = mr_multiply_double(bh, bl, first, 0.0, &back_low);
  const double rest = mr_add_double(ah, al, -back, -back_low, &rest_low);
  return mr_quick_two_sum(first, (rest + rest_low) / bh, low);
}

/* == reduced-expm1: bits double-double */
/* e^r - 1 for x + x_low = k ln 2 + r; W. J. Cody, W. Waite, 1980, ch. 6; P. Tang, ACM TOMS 15, 1989. */
static double mr_reduced_expm1(double x, double x_low, int *exponent, double *low) {
  static const double inverse_factorials[15] = {
      1.0 / 6.0,
      1.0 / 24.0,
      1.0 / 120.0,
      1.0 / 720.0,
      1.0 / 5040.0,
      1.0 / 40320.0,
      1.0 / 362880.0,
      1.0 / 3628800.0,
      1.0 / 39916800.0,
      1.0 / 479001600.0,
      1.0 / 6227020800.0,
      1.0 / 87178291200.0,
      1.0 / 1307674368000.0,
      1.0 / 20922789888000.0,
      1.0 / 355687428096000.0,
  };
  const double k = fabs(x) < 0.34 ? 0.0 : floor(x * 1.4426950408889634 + 0.5);
  double rest, r_low, polynomial, square_low, sum_low;
  const double far = mr_two_sum(x - k * 0.6931471803691238, -(k * 1.9082149292705877e-10), &rest);
  const double r_high = mr_quick_two_sum(far, rest + x_low, &r_low);
  double square, sum;
  int i;
  polynomial = inverse_factorials[14];
  for (i = 13; i >= 0; i--) polynomial = polynomial * r_high + inverse_factorials[i];
  square = mr_two_product(r_high, r_high, &square_low);
  square_low = square_low + 2.0 * r_high * r_low;
  sum = mr_quick_two_sum(r_high, 0.5 * square, &sum_low);
  *exponent = (int)k;
  return mr_quick_two_sum(sum, sum_low + (r_low + 0.5 * square_low + r_high * square * polynomial), low);
}

/* == exp-of-double: reduced-expm1 */
static double mr_exp_of_double(double x, double x_low) {
  double q, q_low, sum, sum_low;
  int exponent;
  if (x > 709.8) return INFINITY;
  if (x < -745.2) return 0.0;
  q = mr_reduced_expm1(x, x_low, &exponent, &q_low);
  sum = mr_two_sum(1.0, q, &sum_low);
  return mr_scale_by_power(sum + (sum_low + q_low), exponent);
}

/* == exp: exp-of-double */
static double mr_exp(double x) { return x != x ? x : mr_exp_of_double(x, 0.0); }

/* == double-expm1: reduced-expm1 divide-double */
static double mr_double_expm1(double x, double *low) {
  double q_low, one, factor, scaled, scaled_low, shifted, shifted_low, sum, sum_low;
  int k;
  const double q = mr_reduced_expm1(x, 0.0, &k, &q_low);
  if (k == 0) {
    *low = q_low;
    return q;
  }
  one = mr_scale_by_power(1.0, k == 1024 ? 1023 : k);
  factor = k == 1024 ? 2.0 : 1.0;
  scaled = q * one * factor;
  scaled_low = q_low * one * factor;
  shifted = mr_two_sum(one * factor, -1.0, &shifted_low);
  sum = mr_two_sum(shifted, scaled, &sum_low);
  return mr_quick_two_sum(sum, sum_low + (shifted_low + scaled_low), low);
}

/* == expm1: double-expm1 */
static double mr_expm1(double x) {
  double low, high;
  if (x != x || fabs(x) < 1e-300) return x;
  if (x > 709.8) return INFINITY;
  if (x < -40.0) return -1.0;
  high = mr_double_expm1(x, &low);
  return high + low;
}

/* == tanh: double-expm1 */
static double mr_tanh(double x) {
  double t, t_low, sum, sum_low, denominator, denominator_low, low;
  if (x != x || fabs(x) < 1e-300) return x;
  if (x > 20.0) return 1.0;
  if (x < -20.0) return -1.0;
  t = mr_double_expm1(2.0 * x, &t_low);
  sum = mr_two_sum(t, 2.0, &sum_low);
  denominator = mr_quick_two_sum(sum, sum_low + t_low, &denominator_low);
  return mr_divide_double(t, t_low, denominator, denominator_low, &low);
}

/* == sigmoid: double-expm1 exp */
static double mr_sigmoid(double x) {
  double t, t_low, sum, sum_low, denominator, denominator_low, low;
  if (x != x) return x;
  if (x > 40.0) return 1.0;
  if (x < -40.0) return mr_exp(x);
  t = mr_double_expm1(-x, &t_low);
  sum = mr_two_sum(t, 2.0, &sum_low);
  denominator = mr_quick_two_sum(sum, sum_low + t_low, &denominator_low);
  return mr_divide_double(1.0, 0.0, denominator, denominator_low, &low);
}

/* == significand: bits */
/* m of x = 2^k m with sqrt(1/2) <= m < sqrt(2); x > 0 and finite. */
static double mr_significand(double x, int *exponent) {
  int k = 0, carry;
  uint32_t high, fraction;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0;
    k = -54;
  }
  high = mr_high_word(x);
  fraction = high & 0xfffffu;
  carry = fraction >= 0x6a09eu ? 1 : 0;
  *exponent = k + (int)(high >> 20) - 1023 + carry;
  return mr_with_high_word(x, fraction | (uint32_t)(1023 - carry) << 20);
}

/* == sum-log: significand double-double */
/* log(1 + f) + c + k ln 2; K. C. Ng, fdlibm 5.3 (Sun Microsystems, 1995), e_log.c and s_log1p.c. */
static double mr_sum_log(double f, double c, double k) {
  static const double terms[12] = {
      2.0 / 3.0,  2.0 / 5.0,  2.0 / 7.0,  2.0 / 9.0,  2.0 / 11.0, 2.0 / 13.0,
      2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0, 2.0 / 23.0, 2.0 / 25.0,
  };
  double s, z, r, half, half_low, first, first_low, small, sum, sum_low;
  int i;
  if (f == 0.0) return k == 0.0 ? c : k * 0.6931471803691238 + (k * 1.9082149292705877e-10 + c);
  s = f / (2.0 + f);
  z = s * s;
  r = terms[11];
  for (i = 10; i >= 0; i--) r = r * z + terms[i];
  r *= z;
  half = mr_two_product(0.5 * f, f, &half_low);
  first = mr_quick_two_sum(f, -half, &first_low);
  small = first_low - half_low + s * (half + r);
  if (k == 0.0) return first + (small + c);
  sum = mr_two_sum(k * 0.6931471803691238, first, &sum_low);
  return sum + (sum_low + (small + (k * 1.9082149292705877e-10 + c)));
}

/* == log: sum-log */
static double mr_log(double x) {
  double m;
  int k;
  if (x != x || x < 0.0) return NAN;
  if (x == 0.0) return -INFINITY;
  if (x == INFINITY) return x;
  m = mr_significand(x, &k);
  return mr_sum_log(m - 1.0, 0.0, (double)k);
}

/* == log1p: sum-log */
static double mr_log1p(double x) {
  double sum, rest, m;
  int k;
  if (x != x || x < -1.0) return NAN;
  if (x == -1.0) return -INFINITY;
  if (x == INFINITY || fabs(x) < 1e-300) return x;
  if (x > -0.29 && x < 0.41) return mr_sum_log(x, 0.0, 0.0);
  sum = mr_two_sum(1.0, x, &rest);
  m = mr_significand(sum, &k);
  return mr_sum_log(m - 1.0, rest / sum, (double)k);
}

/* == pow: significand divide-double exp-of-double */
static double mr_double_log(double x, double *low) {
  double below, below_low, above, above_low, s, s_low, z, z_low, r = 0.0, r_low = 0.0, whole, whole_low;
  int k, n;
  const double m = mr_significand(x, &k);
  below = mr_two_sum(m, -1.0, &below_low);
  above = mr_two_sum(m, 1.0, &above_low);
  s = mr_divide_double(below, below_low, above, above_low, &s_low);
  z = mr_multiply_double(s, s_low, s, s_low, &z_low);
  for (n = 47; n >= 3; n -= 2) {
    double inverse, inverse_low, next;
    r = mr_multiply_double(r, r_low, z, z_low, &next);
    r_low = next;
    inverse = mr_divide_double(2.0, 0.0, (double)n, 0.0, &inverse_low);
    r = mr_add_double(r, r_low, inverse, inverse_low, &next);
    r_low = next;
  }
  {
    double next;
    r = mr_multiply_double(r, r_low, z, z_low, &next);
    r_low = next;
    r = mr_add_double(2.0, 0.0, r, r_low, &next);
    r_low = next;
    r = mr_multiply_double(r, r_low, s, s_low, &next);
    r_low = next;
  }
  whole = mr_add_double(k * 0.6931471803691238, 0.0, k * 1.9082149292705877e-10, k * 1.1612227229362532e-26, &whole_low);
  return mr_add_double(whole, whole_low, r, r_low, low);
}

static double mr_pow(double x, double y) {
  double ax, sign, logarithm, logarithm_low, product, product_low;
  int odd;
  if (y == 0.0) return 1.0;
  if (x != x || y != y) return NAN;
  ax = fabs(x);
  odd = fabs(y) < 9007199254740992.0 && fmod(y, 2.0) != 0.0 && floor(y) == y;
  if (y == INFINITY || y == -INFINITY) {
    if (ax == 1.0) return NAN;
    return (ax > 1.0) == (y > 0.0) ? INFINITY : 0.0;
  }
  sign = signbit(x) && odd ? -1.0 : 1.0;
  if (ax == 0.0) return sign * (y > 0.0 ? 0.0 : INFINITY);
  if (ax == INFINITY) return sign * (y > 0.0 ? INFINITY : 0.0);
  if (x < 0.0 && floor(y) != y) return NAN;
  if (ax == 1.0) return sign;
  logarithm = mr_double_log(ax, &logarithm_low);
  if (fabs(y * logarithm) > 760.0) return sign * (y * logarithm > 0.0 ? INFINITY : 0.0);
  if (fabs(y) < 1e-290) return sign;
  product = mr_multiply_double(logarithm, logarithm_low, y, 0.0, &product_low);
  return sign * mr_exp_of_double(product, product_low);
}

/* == trigonometric: bits double-double */
/* x = n pi/2 + r with |r| <= pi/4: by three parts of pi/2, and for large x by the digits of 2/pi that matter.
   M. Payne, R. Hanek, SIGNUM Newsletter 18, 1983; K. C. Ng, fdlibm 5.3, k_sin.c and k_cos.c. */
static const double mr_two_over_pi[52] = {
    0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb, 0xc561b7,
    0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c,
    0x7026b4, 0x5f7e41, 0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f, 0xef2f11,
    0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d, 0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7,
    0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08, 0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20,
};

static double mr_reduce_large(double x, int *quadrant, double *remainder_low) {
  const double size = fabs(x);
  const int power = (int)(mr_high_word(size) >> 20) - 1023;
  const int shift = power - 71;
  const double scaled = shift > -1000 ? size * mr_power_of_two(-shift) : size;
  const double a = floor(scaled / 281474976710656.0);
  const double b = floor((scaled - a * 281474976710656.0) / 16777216.0);
  const double c = scaled - a * 281474976710656.0 - b * 16777216.0;
  const int from = (int)floor((shift - 24) / 24.0) - 1;
  const int first = from > 0 ? from : 0;
  const int lead = shift + 48 - 24 * first;
  double limbs[13] = {0}, fraction[13] = {0};
  double whole = 0.0, estimate = 0.0, sum = 0.0, sum_low = 0.0, high, rest;
  int j, turn;
  for (j = 0; j < 10; j++) {
    const double piece = first + j < 52 ? mr_two_over_pi[first + j] : 0.0;
    limbs[j + 1] += piece * a;
    limbs[j + 2] += piece * b;
    limbs[j + 3] += piece * c;
  }
  for (j = 12; j > 0; j--) {
    const double carry = floor(limbs[j] / 16777216.0);
    limbs[j] -= carry * 16777216.0;
    limbs[j - 1] += carry;
  }
  for (j = 0; j < 13; j++) {
    const int weight = lead - 24 * j;
    if (weight >= 24) continue;
    if (weight >= 0) {
      whole += fmod(limbs[j] * mr_power_of_two(weight), 4.0);
    } else {
      const double unit = mr_power_of_two(-weight < 1000 ? -weight : 1000);
      const double above = floor(limbs[j] / unit);
      whole += fmod(above, 4.0);
      fraction[j] = (limbs[j] - above * unit) / unit;
    }
  }
  for (j = 12; j >= 0; j--) estimate += fraction[j];
  if (estimate >= 0.5) {
    whole += 1.0;
    sum = -1.0;
  }
  for (j = 0; j < 13; j++) {
    double low, next_low;
    const double next = mr_two_sum(sum, fraction[j], &low);
    sum = mr_quick_two_sum(next, low + sum_low, &next_low);
    sum_low = next_low;
  }
  high = mr_multiply_double(sum, sum_low, 1.5707963267948966, 6.123233995736766e-17, &rest);
  turn = (int)fmod(whole, 4.0);
  *quadrant = x < 0.0 ? (4 - turn) % 4 : turn;
  *remainder_low = x < 0.0 ? -rest : rest;
  return x < 0.0 ? -high : high;
}

static double mr_reduce(double x, int *quadrant, double *remainder_low) {
  const double size = fabs(x);
  double n, first, first_low, second, second_low, third, third_low;
  if (size <= 0.7853981633974483) {
    *quadrant = 0;
    *remainder_low = 0.0;
    return x;
  }
  if (size >= 1048576.0) return mr_reduce_large(x, quadrant, remainder_low);
  n = floor(x * 0.6366197723675814 + 0.5);
  first = mr_two_sum(x, -n * 1.5707963267341256, &first_low);
  second = mr_two_sum(first, -n * 6.077100506303966e-11, &second_low);
  second_low = second_low + first_low;
  third = mr_two_sum(second, -n * 2.0222662487959506e-21, &third_low);
  *quadrant = (int)fmod(fmod(n, 4.0) + 4.0, 4.0);
  return mr_quick_two_sum(third, third_low + second_low, remainder_low);
}

static double mr_small_sin(double x, double tail) {
  static const double terms[8] = {
      -1.0 / 6.0,        1.0 / 120.0,        -1.0 / 5040.0,          1.0 / 362880.0,
      -1.0 / 39916800.0, 1.0 / 6227020800.0, -1.0 / 1307674368000.0, 1.0 / 355687428096000.0,
  };
  const double z = x * x;
  const double v = z * x;
  double r = terms[7];
  int i;
  for (i = 6; i >= 1; i--) r = r * z + terms[i];
  return x - (z * (0.5 * tail - v * r) - tail - v * terms[0]);
}

static double mr_small_cos(double x, double tail) {
  static const double terms[8] = {
      1.0 / 24.0,        -1.0 / 720.0,        1.0 / 40320.0,          -1.0 / 3628800.0,
      1.0 / 479001600.0, -1.0 / 87178291200.0, 1.0 / 20922789888000.0, -1.0 / 6402373705728000.0,
  };
  const double z = x * x;
  const double half = 0.5 * z;
  const double w = 1.0 - half;
  double r = terms[7];
  int i;
  for (i = 6; i >= 0; i--) r = r * z + terms[i];
  return w + (1.0 - w - half + (z * z * r - x * tail));
}

/* == sin: trigonometric */
static double mr_sin(double x) {
  double r, tail;
  int quadrant;
  if (x - x != 0.0) return NAN;
  if (fabs(x) < 1e-150) return x;
  r = mr_reduce(x, &quadrant, &tail);
  switch (quadrant) {
    case 0: return mr_small_sin(r, tail);
    case 1: return mr_small_cos(r, tail);
    case 2: return -mr_small_sin(r, tail);
    default: return -mr_small_cos(r, tail);
  }
}

/* == cos: trigonometric */
static double mr_cos(double x) {
  double r, tail;
  int quadrant;
  if (x - x != 0.0) return NAN;
  r = mr_reduce(x, &quadrant, &tail);
  switch (quadrant) {
    case 0: return mr_small_cos(r, tail);
    case 1: return -mr_small_sin(r, tail);
    case 2: return -mr_small_cos(r, tail);
    default: return mr_small_sin(r, tail);
  }
}

/* == low: */
/* A feature as the nodes see it that send missing to the left. */
static inline double mr_low(double x) { return x != x ? -INFINITY : x; }

/* == trees: low */
/* A node goes to `next` where the feature is at most its value, else to `next` + 1. A leaf goes to itself: its feature
   is -infinity, its value what the leaf adds. So a walk has no branch that depends on data. */
typedef struct {
  double value;
  uint32_t feature;
  uint32_t next;
} mr_node;

/* Of a node with a set of categories: it goes to `next` where bit c[code] of the words from `start` on is set. Its
   feature is NaN. Of another node: c[code] is 0, and so is the bit. */
typedef struct {
  uint32_t start;
  uint32_t code;
} mr_set;

typedef struct {
  const mr_node *nodes;
  const uint32_t *roots;
  size_t trees;
  const double *bases;
  size_t classes;
  size_t width;
  const mr_set *sets; /* NULL: no node has one */
  const uint32_t *words;
  size_t codes;
} mr_trees;

#if defined(__GNUC__) && !defined(__clang__)
#define MR_APART __attribute__((noinline, noclone))
#define MR_WITHIN __attribute__((always_inline)) inline
#else
#define MR_APART
#define MR_WITHIN inline
#endif

static MR_WITHIN uint32_t mr_step(const mr_node *nodes, const mr_set *sets, const uint32_t *words, uint32_t at,
                                  const double *x, const uint32_t *c) {
  uint32_t right = !(x[nodes[at].feature] <= nodes[at].value);
  if (sets != NULL) {
    const uint32_t category = c[sets[at].code];
    right &= ~(words[sets[at].start + (category >> 5)] >> (category & 31u));
  }
  return nodes[at].next + right;
}

/* Adds one tree's leaf to the sums of eight rows side by side. */
static MR_WITHIN void mr_eight_rows(const mr_node *nodes, const mr_set *sets, const uint32_t *words, uint32_t root,
                                    const double *x, size_t width, const uint32_t *codes, size_t code_width,
                                    double *sums, size_t classes) {
#define MR_STEP(at, k) mr_step(nodes, sets, words, at, x + (k) * width, codes + (k) * code_width)
  uint32_t a = root, b = root, c = root, d = root, e = root, f = root, g = root, h = root, moved;
  do {
    const uint32_t a1 = MR_STEP(a, 0), b1 = MR_STEP(b, 1), c1 = MR_STEP(c, 2), d1 = MR_STEP(d, 3);
    const uint32_t e1 = MR_STEP(e, 4), f1 = MR_STEP(f, 5), g1 = MR_STEP(g, 6), h1 = MR_STEP(h, 7);
    a = MR_STEP(a1, 0), b = MR_STEP(b1, 1), c = MR_STEP(c1, 2), d = MR_STEP(d1, 3);
    e = MR_STEP(e1, 4), f = MR_STEP(f1, 5), g = MR_STEP(g1, 6), h = MR_STEP(h1, 7);
    moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1);
  } while (moved != 0);
#undef MR_STEP
  sums[0] = sums[0] + nodes[a].value;
  sums[classes] = sums[classes] + nodes[b].value;
  sums[2 * classes] = sums[2 * classes] + nodes[c].value;
  sums[3 * classes] = sums[3 * classes] + nodes[d].value;
  sums[4 * classes] = sums[4 * classes] + nodes[e].value;
  sums[5 * classes] = sums[5 * classes] + nodes[f].value;
  sums[6 * classes] = sums[6 * classes] + nodes[g].value;
  sums[7 * classes] = sums[7 * classes] + nodes[h].value;
}

/* Adds the leaves that one row reaches, in the order of the trees; four are walked at a time. */
static MR_WITHIN void mr_one_row(const mr_trees *forest, const mr_set *sets, const double *x, const uint32_t *codes,
                                 double *sums) {
#define MR_STEP(at) mr_step(nodes, sets, forest->words, at, x, codes)
  const mr_node *nodes = forest->nodes;
  size_t t = 0, k = 0;
  for (; t + 4 <= forest->trees; t += 4) {
    const uint32_t *root = forest->roots + t;
    uint32_t a = root[0], b = root[1], c = root[2], d = root[3], moved, j;
    do {
      const uint32_t a1 = MR_STEP(a), b1 = MR_STEP(b), c1 = MR_STEP(c), d1 = MR_STEP(d);
      a = MR_STEP(a1), b = MR_STEP(b1), c = MR_STEP(c1), d = MR_STEP(d1);
      moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1);
    } while (moved != 0);
    for (j = 0; j < 4; j++) {
      const uint32_t leaf = j == 0 ? a : j == 1 ? b : j == 2 ? c : d;
      sums[k] = sums[k] + nodes[leaf].value;
      if (++k == forest->classes) k = 0;
    }
  }
  for (; t < forest->trees; t++) {
    uint32_t at = forest->roots[t], before;
    do {
      before = at;
      at = MR_STEP(at);
    } while (at != before);
    sums[k] = sums[k] + nodes[at].value;
    if (++k == forest->classes) k = 0;
  }
#undef MR_STEP
}

static MR_WITHIN void mr_walk(const mr_trees *forest, const mr_set *sets, const double *x, const uint32_t *codes,
                              size_t rows, double *sums) {
  const size_t classes = forest->classes, width = forest->width, code_width = forest->codes;
  size_t i, t, k = 0;
  for (i = 0; i < rows * classes; i++) {
    sums[i] = forest->bases[k];
    if (++k == classes) k = 0;
  }
  if (rows >= 8)
    for (t = 0, k = 0; t < forest->trees; t++) {
      for (i = 0; i + 8 <= rows; i += 8)
        mr_eight_rows(forest->nodes, sets, forest->words, forest->roots[t], x + i * width, width,
                      codes + i * code_width, code_width, sums + i * classes + k, classes);
      if (++k == classes) k = 0;
    }
  for (i = rows - rows % 8; i < rows; i++)
    mr_one_row(forest, sets, x + i * width, codes + i * code_width, sums + i * classes);
}

/* == numeric: trees */
MR_APART static void mr_forest(const mr_trees *forest, const double *x, size_t rows, double *sums) {
  static const uint32_t none[1] = {0};
  mr_walk(forest, NULL, x, none, rows, sums);
}

/* == cuts: numeric */
/* A node as a test of a rank: where the row's rank in the column is below `rank` it goes left, else the leaves below its
   left child can no longer be reached, and their bits are not in `keeps`. All nodes of a tree are asked, in any order, of
   many rows at once; the first leaf that is left is the row's. (QuickScorer: Lucchese et al., SIGIR 2015.) */
typedef struct {
  uint32_t column;
  int32_t rank;
  uint32_t keeps;
} mr_cut;

typedef struct {
  const mr_cut *cuts;
  const uint32_t *starts; /* of each 32 leaves of each tree, and the end */
  size_t words;           /* how many times 32 leaves a tree has */
  const double *leaves;   /* 32 times `words` a tree */
  const double *edges;    /* of each column, rising; infinity fills them up to a power of two less one */
  const uint32_t *edge_starts;
  size_t columns;
} mr_cut_trees;

#define MR_LANES 16

#if defined(__GNUC__) && !defined(MILLRACE_PLAIN)
typedef int32_t mr_lanes __attribute__((vector_size(16), aligned(4), may_alias));

static MR_WITHIN void mr_cut_lanes(const mr_cut *cut, const mr_cut *end, const int32_t *ranks, uint32_t *left) {
  mr_lanes a = {-1, -1, -1, -1}, b = a, c = a, d = a;
  for (; cut < end; cut++) {
    const mr_lanes *x = (const mr_lanes *)(ranks + cut->column * MR_LANES);
    const int32_t r = cut->rank, k = (int32_t)cut->keeps;
    const mr_lanes rank = {r, r, r, r}, keeps = {k, k, k, k};
    a &= keeps | (x[0] < rank);
    b &= keeps | (x[1] < rank);
    c &= keeps | (x[2] < rank);
    d &= keeps | (x[3] < rank);
  }
  memcpy(left, &a, 16);
  memcpy(left + 4, &b, 16);
  memcpy(left + 8, &c, 16);
  memcpy(left + 12, &d, 16);
}

#define MR_FIRST_BIT(x) ((uint32_t)__builtin_ctz(x))
#else
static void mr_cut_lanes(const mr_cut *cut, const mr_cut *end, const int32_t *ranks, uint32_t *left) {
  size_t i;
  for (i = 0; i < MR_LANES; i++) left[i] = 0xffffffffu;
  for (; cut < end; cut++) {
    const int32_t *x = ranks + cut->column * MR_LANES;
    for (i = 0; i < MR_LANES; i++) left[i] &= cut->keeps | (0u - (uint32_t)(x[i] < cut->rank));
  }
}

static uint32_t mr_first_bit(uint32_t x) {
  uint32_t n = 0;
  if ((x & 0xffffu) == 0) n = 16, x >>= 16;
  if ((x & 0xffu) == 0) n += 8, x >>= 8;
  if ((x & 0xfu) == 0) n += 4, x >>= 4;
  if ((x & 3u) == 0) n += 2, x >>= 2;
  return n + (1u - (x & 1u));
}
#define MR_FIRST_BIT(x) mr_first_bit(x)
#endif

/* How many edges of each column 16 rows lie beyond; rows that there are not are like the last. */
static void mr_ranks(const mr_cut_trees *forest, const double *x, size_t width, size_t rows, int32_t *ranks) {
#define MR_AT(k) x[(i + (k) < rows ? i + (k) : rows - 1) * width + column]
#define MR_BEYOND(x, r) (h & (0u - (uint32_t)!((x) <= edges[(r) + h - 1])))
  size_t column, i;
  for (column = 0; column < forest->columns; column++) {
    const double *edges = forest->edges + forest->edge_starts[column];
    const uint32_t half = (forest->edge_starts[column + 1] - forest->edge_starts[column] + 1) / 2;
    for (i = 0; i < MR_LANES; i += 8) {
      const double at[8] = {MR_AT(0), MR_AT(1), MR_AT(2), MR_AT(3), MR_AT(4), MR_AT(5), MR_AT(6), MR_AT(7)};
      int32_t *to = ranks + column * MR_LANES + i;
      uint32_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, k = 0, h;
      for (h = half; h > 0; h /= 2) {
        a += MR_BEYOND(at[0], a), b += MR_BEYOND(at[1], b), c += MR_BEYOND(at[2], c), d += MR_BEYOND(at[3], d);
        e += MR_BEYOND(at[4], e), f += MR_BEYOND(at[5], f), g += MR_BEYOND(at[6], g), k += MR_BEYOND(at[7], k);
      }
      to[0] = (int32_t)a, to[1] = (int32_t)b, to[2] = (int32_t)c, to[3] = (int32_t)d;
      to[4] = (int32_t)e, to[5] = (int32_t)f, to[6] = (int32_t)g, to[7] = (int32_t)k;
    }
  }
#undef MR_AT
#undef MR_BEYOND
}

/* `ranks` has room for 16 a column and 16 rows. */
MR_APART static void mr_cut_forest(const mr_trees *forest, const mr_cut_trees *cuts, const double *x, int32_t *ranks,
                                   size_t rows, double *sums) {
  const size_t classes = forest->classes, lanes = cuts->columns * MR_LANES;
  uint32_t left[MR_LANES], leaf[MR_LANES];
  size_t i, j, k = 0, t, w;
  if (rows < 8) {
    mr_forest(forest, x, rows, sums);
    return;
  }
  for (i = 0; i < rows; i += MR_LANES)
    mr_ranks(cuts, x + i * forest->width, forest->width, rows - i, ranks + i / MR_LANES * lanes);
  for (i = 0; i < rows * classes; i++) {
    sums[i] = forest->bases[k];
    if (++k == classes) k = 0;
  }
  for (t = 0, k = 0; t < forest->trees; t++) {
    const uint32_t *start = cuts->starts + t * cuts->words;
    const double *leaves = cuts->leaves + 32 * t * cuts->words;
    for (i = 0; i < rows; i += MR_LANES) {
      const size_t count = rows - i < MR_LANES ? rows - i : MR_LANES;
      double *sum = sums + i * classes + k;
      for (w = cuts->words; w-- > 0;) {
        mr_cut_lanes(cuts->cuts + start[w], cuts->cuts + start[w + 1], ranks + i / MR_LANES * lanes, left);
        for (j = 0; j < MR_LANES; j++)
          if (cuts->words == 1 || left[j] != 0) leaf[j] = 32u * (uint32_t)w + MR_FIRST_BIT(left[j]);
      }
      for (j = 0; j < count; j++) sum[j * classes] = sum[j * classes] + leaves[leaf[j]];
    }
    if (++k == classes) k = 0;
  }
}

/* == sets: trees */
/* A category as a whole number below the limit, or the limit. */
static inline uint32_t mr_code(double x, double limit) {
  return x >= 0.0 && x < limit && floor(x) == x ? (uint32_t)x : (uint32_t)limit;
}

MR_APART static void mr_set_forest(const mr_trees *forest, const double *x, const uint32_t *codes, size_t rows,
                                   double *sums) {
  mr_walk(forest, forest->sets, x, codes, rows, sums);
}

/* == splits: */
/* A node of trees that share parts, or whose sets of categories differ much in length. Children are leaves -1 - r where below 0. */
typedef struct {
  double threshold;
  int32_t feature, left, right;
  uint32_t bits, words;
  int32_t categorical, missing_left;
} mr_split;

typedef struct {
  const mr_split *nodes;
  const double *leaves;
  const uint32_t *bits;
  const int32_t *roots;
  size_t trees;
  const double *bases;
  size_t classes;
  size_t width;
} mr_splits;

static int32_t mr_leaf(const mr_splits *forest, int32_t at, const double *x) {
  while (at >= 0) {
    const mr_split *node = forest->nodes + at;
    const double value = x[node->feature];
    int left;
    if (value != value) {
      left = node->missing_left;
    } else if (!node->categorical) {
      left = value <= node->threshold;
    } else if (value >= 0.0 && value < (double)node->words * 32.0 && floor(value) == value) {
      const uint32_t place = (uint32_t)value;
      left = (int)(forest->bits[node->bits + (place >> 5)] >> (place & 31u) & 1u);
    } else {
      left = node->missing_left;
    }
    at = left ? node->left : node->right;
  }
  return -1 - at;
}

static void mr_split_forest(const mr_splits *forest, const double *x, size_t rows, double *sums) {
  const size_t classes = forest->classes;
  size_t i, t, k;
  for (i = 0; i < rows; i++)
    for (k = 0; k < classes; k++) sums[i * classes + k] = forest->bases[k];
  for (t = 0, k = 0; t < forest->trees; t++) {
    for (i = 0; i < rows; i++) {
      double *sum = sums + i * classes + k;
      *sum = *sum + forest->leaves[mr_leaf(forest, forest->roots[t], x + i * forest->width)];
    }
    if (++k == classes) k = 0;
  }
}

/* == filter: */
/* The length of the white space character of ECMAScript that text begins with, or 0. */
static size_t mr_space_at(const char *text, size_t length) {
  const unsigned char *b = (const unsigned char *)text;
  if (length == 0) return 0;
  if (b[0] == 0x20 || (b[0] >= 0x09 && b[0] <= 0x0d)) return 1;
  if (b[0] < 0x80) return 0;
  if (length >= 2 && b[0] == 0xc2 && b[1] == 0xa0) return 2;
  if (length < 3) return 0;
  if (b[0] == 0xe1) return b[1] == 0x9a && b[2] == 0x80 ? 3 : 0;
  if (b[0] == 0xe3) return b[1] == 0x80 && b[2] == 0x80 ? 3 : 0;
  if (b[0] == 0xef) return b[1] == 0xbb && b[2] == 0xbf ? 3 : 0;
  if (b[0] != 0xe2) return 0;
  if (b[1] == 0x81) return b[2] == 0x9f ? 3 : 0;
  return b[1] == 0x80 && (b[2] <= 0x8a || b[2] == 0xa8 || b[2] == 0xa9 || b[2] == 0xaf) ? 3 : 0;
}

static mr_text mr_trim(mr_text text) {
  size_t space;
  while ((space = mr_space_at(text.text, text.length)) > 0) {
    text.text += space;
    text.length -= space;
  }
  for (;;) {
    for (space = 1; space <= 3 && space <= text.length; space++)
      if (mr_space_at(text.text + text.length - space, space) == space) break;
    if (space > 3 || space > text.length) return text;
    text.length -= space;
  }
}

/* The same but for the case of ASCII letters; `lower` is in lower case. */
static int mr_is(mr_text text, const char *lower) {
  size_t k;
  for (k = 0; k < text.length; k++) {
    const char c = text.text[k];
    if (lower[k] == 0 || (c >= 'A' && c <= 'Z' ? c + 32 : c) != lower[k]) return 0;
  }
  return lower[k] == 0;
}

static int mr_digit(char c) { return c >= '0' && c <= '9'; }

/* Reads a decimal number of a whole text, which a byte that can be overwritten follows. */
static int mr_decimal(mr_text text, double *value) {
  static const double powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char *p = text.text, *end = text.text + text.length;
  uint64_t digits = 0;
  long count = 0, exponent = 0, written = 0;
  int negative = 0, any = 0, negative_exponent = 0;
  if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
  for (; p < end && mr_digit(*p); p++, any = 1) {
    if (count > 0 || *p != '0') count++;
    if (count <= 15) digits = digits * 10 + (uint64_t)(*p - '0');
  }
  if (p < end && *p == '.')
    for (p++; p < end && mr_digit(*p); p++, any = 1) {
      if (count > 0 || *p != '0') count++;
      if (count <= 15) digits = digits * 10 + (uint64_t)(*p - '0');
      exponent--;
    }
  if (!any) return 0;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) negative_exponent = *p++ == '-';
    if (p == end) return 0;
    for (; p < end && mr_digit(*p); p++)
      if (written < 100000) written = written * 10 + (*p - '0');
    exponent += negative_exponent ? -written : written;
  }
  if (p != end) return 0;
  if (count <= 15 && exponent >= -22 && exponent <= 22) {
    /* both numbers are exact, so the result is rounded once */
    *value = exponent < 0 ? (double)digits / powers[-exponent] : (double)digits * powers[exponent];
    if (negative) *value = -*value;
  } else {
    *(char *)end = 0;
    *value = strtod(text.text, NULL);
  }
  *value = *value + 0.0;
  return 1;
}

static const char *mr_read_number(mr_text text, double *value) {
  mr_text bare = mr_trim(text);
  if (bare.length == 0) {
    *value = NAN;
    return NULL;
  }
  if (mr_decimal(bare, value)) return NULL;
  {
    const int negative = bare.text[0] == '-';
    if (negative || bare.text[0] == '+') {
      bare.text++;
      bare.length--;
    }
    if (mr_is(bare, "nan")) {
      *value = NAN;
      return NULL;
    }
    if (!mr_is(bare, "inf") && !mr_is(bare, "infinity")) return "is not a number";
    *value = negative ? -INFINITY : INFINITY;
  }
  return NULL;
}

/* == read-integer: filter whole */
static const char *mr_read_integer(mr_text text, double *value) {
  const char *reason = mr_read_number(text, value);
  if (reason != NULL || *value != *value || mr_whole(*value)) return reason;
  return "is not a whole number within \302\2612^53";
}

/* == read-bool: filter */
static const char *mr_read_bool(mr_text text, double *value) {
  static const char *const yes[5] = {"true", "t", "yes", "y", "1"}, *const no[5] = {"false", "f", "no", "n", "0"};
  const mr_text bare = mr_trim(text);
  int k;
  *value = NAN;
  if (bare.length == 0) return NULL;
  for (k = 0; k < 5; k++) {
    if (mr_is(bare, yes[k])) *value = 1.0;
    if (mr_is(bare, no[k])) *value = 0.0;
  }
  return *value == *value ? NULL : "is not true or false";
}

/* == read-time: filter */
/* One part of a pattern: what it matches, and the letter it is read for (0: none). */
typedef struct {
  char kind;   /* 'l' a literal, 'c' one of several characters, 's' perhaps a space, 'd' digits, 'n' a name, 'z' an offset */
  char letter; /* of strptime */
  int least, most;
  const char *text;
  size_t length;
} mr_item;

typedef struct {
  int year, month, day, hour, minute, second, us, offset, day_of_year, afternoon;
} mr_time;

static long mr_whole_number(const char *digits, size_t length) {
  long value = 0;
  size_t k;
  for (k = 0; k < length; k++) value = value * 10 + (digits[k] - '0');
  return value;
}

/* Microseconds of a fraction's digits; those beyond the sixth are cut. */
static int mr_fraction(const char *digits, size_t length) {
  int value = 0;
  size_t k;
  for (k = 0; k < 6; k++) value = value * 10 + (k < length ? digits[k] - '0' : 0);
  return value;
}

/* The length of an offset at the front of a text (0: none), the longest that there is or else the short one. */
static size_t mr_offset(mr_text text, int longest, int *minutes) {
  const char *p = text.text;
  size_t length = 3;
  *minutes = 0;
  if (text.length == 0) return 0;
  if (p[0] == 'Z' || p[0] == 'z') return longest ? 1 : 0;
  if (text.length < 3 || (p[0] != '+' && p[0] != '-') || !mr_digit(p[1]) || !mr_digit(p[2])) return 0;
  *minutes = (int)mr_whole_number(p + 1, 2) * 60;
  if (longest) {
    const size_t at = text.length > 3 && p[3] == ':' ? 4 : 3;
    if (text.length < at + 2 || !mr_digit(p[at]) || !mr_digit(p[at + 1])) return 0;
    *minutes += (int)mr_whole_number(p + at, 2);
    length = at + 2;
  }
  if (p[0] == '-') *minutes = -*minutes;
  return length;
}

static int mr_month_length(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Days since 1970-01-01; year >= 0 (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013). */
static int64_t mr_day_number(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return (int64_t)era * 146097 + day_of_era - 719468;
}

static double mr_microseconds(const mr_time *t) {
  const int hour = t->hour + (t->afternoon ? 12 : 0);
  int64_t date, us;
  if (t->month < 1 || t->month > 12 || t->day < 1 || t->day > mr_month_length(t->year, t->month)) return NAN;
  if (hour > 23 || t->minute > 59 || t->second > 59) return NAN;
  if (t->day_of_year > (mr_month_length(t->year, 2) == 29 ? 366 : 365)) return NAN;
  date = t->day_of_year > 0 ? mr_day_number(t->year, 1, 1) + t->day_of_year - 1
                            : mr_day_number(t->year, t->month, t->day);
  us = ((date * 24 + hour) * 60 + t->minute - t->offset) * 60000000 + (int64_t)t->second * 1000000 + t->us;
  return us >= -9007199254740991 && us <= 9007199254740991 ? (double)us : NAN;
}

static void mr_assign(mr_time *t, char letter, const char *text, size_t length, int name) {
  const int value = mr_digit(text[0]) ? (int)mr_whole_number(text, length) : 0;
  switch (letter) {
    case 'Y': t->year = value; break;
    case 'y': t->year = value + (value < 69 ? 2000 : 1900); break;
    case 'm': t->month = value; break;
    case 'b': case 'B': t->month = name + 1; break;
    case 'd': case 'e': t->day = value; break;
    case 'j': t->day_of_year = value; break;
    case 'H': t->hour = value; break;
    case 'I': t->hour = value >= 1 && value <= 12 ? value % 12 : 99; break;
    case 'p': t->afternoon = name == 1; break;
    case 'M': t->minute = value; break;
    case 'S': t->second = value; break;
    case 'f': t->us = mr_fraction(text, length); break;
    case 'g': t->us = value * 1000; break;
    default: break;
  }
}

/* Matches the items from one on against the whole rest of a text, the longest first, as a regular expression does. */
static int mr_match(const mr_item *item, mr_text text, mr_time *t) {
  const mr_time before = *t;
  mr_text rest;
  size_t k;
  switch (item->kind) {
    case 0: return text.length == 0;
    case 'l':
      if (text.length < item->length) return 0;
      for (k = 0; k < item->length; k++) {
        const char c = text.text[k];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != item->text[k]) return 0;
      }
      rest.text = text.text + item->length;
      rest.length = text.length - item->length;
      return mr_match(item + 1, rest, t);
    case 'c':
      for (k = 0; k < item->length;) {
        const unsigned char lead = (unsigned char)item->text[k];
        const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (text.length >= size && memcmp(text.text, item->text + k, size) == 0) {
          rest.text = text.text + size;
          rest.length = text.length - size;
          return mr_match(item + 1, rest, t);
        }
        k += size;
      }
      return 0;
    case 's':
      if (text.length > 0 && text.text[0] == ' ') {
        rest.text = text.text + 1;
        rest.length = text.length - 1;
        if (mr_match(item + 1, rest, t)) return 1;
        *t = before;
      }
      return mr_match(item + 1, text, t);
    case 'd': {
      size_t digits = 0;
      while (digits < (size_t)item->most && digits < text.length && mr_digit(text.text[digits])) digits++;
      for (; digits >= (size_t)item->least; digits--) {
        *t = before;
        mr_assign(t, item->letter, text.text, digits, 0);
        rest.text = text.text + digits;
        rest.length = text.length - digits;
        if (mr_match(item + 1, rest, t)) return 1;
      }
      return 0;
    }
    case 'n': {
      /* names in lower case, a comma behind each */
      size_t from = 0;
      int name = 0;
      for (; from < item->length; name++) {
        size_t size = 0;
        while (item->text[from + size] != ',') size++;
        if (text.length >= size) {
          for (k = 0; k < size; k++) {
            const char c = text.text[k];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != item->text[from + k]) break;
          }
          if (k == size) {
            *t = before;
            mr_assign(t, item->letter, text.text, size, name);
            rest.text = text.text + size;
            rest.length = text.length - size;
            if (mr_match(item + 1, rest, t)) return 1;
          }
        }
        from += size + 1;
      }
      return 0;
    }
    default: {
      int longest;
      for (longest = 1; longest >= 0; longest--) {
        int minutes;
        const size_t size = mr_offset(text, longest, &minutes);
        if (size == 0) continue;
        *t = before;
        t->offset = minutes;
        rest.text = text.text + size;
        rest.length = text.length - size;
        if (mr_match(item + 1, rest, t)) return 1;
      }
      return 0;
    }
  }
}

static const mr_time mr_epoch = {1970, 1, 1, 0, 0, 0, 0, 0, 0, 0};

/* Takes `count` digits behind one of the marks. */
static int mr_take(mr_text *text, const char *marks, size_t count, int *value) {
  const size_t mark = marks[0] == 0 ? 0 : 1;
  size_t k;
  if (text->length < mark + count) return 0;
  if (mark == 1 && strchr(marks, text->text[0]) == NULL) return 0;
  if (mark == 1 && text->text[0] == 0) return 0;
  for (k = 0; k < count; k++)
    if (!mr_digit(text->text[mark + k])) return 0;
  *value = (int)mr_whole_number(text->text + mark, count);
  text->text += mark + count;
  text->length -= mark + count;
  return 1;
}

/* YYYY-MM-DD[(T| )hh:mm[:ss[(.|,)f]][ ][Z|offset]] */
static double mr_iso(mr_text text) {
  mr_time t = mr_epoch;
  if (!mr_take(&text, "", 4, &t.year) || !mr_take(&text, "-", 2, &t.month) || !mr_take(&text, "-", 2, &t.day))
    return NAN;
  if (text.length == 0) return mr_microseconds(&t);
  if (!mr_take(&text, "Tt ", 2, &t.hour) || !mr_take(&text, ":", 2, &t.minute)) return NAN;
  if (mr_take(&text, ":", 2, &t.second) && text.length > 1 && (text.text[0] == '.' || text.text[0] == ',')) {
    size_t digits = 0;
    while (digits < 9 && digits + 1 < text.length && mr_digit(text.text[digits + 1])) digits++;
    if (digits == 0) return NAN;
    t.us = mr_fraction(text.text + 1, digits);
    text.text += digits + 1;
    text.length -= digits + 1;
  }
  if (text.length > 1 && text.text[0] == ' ') {
    text.text++;
    text.length--;
  }
  if (text.length > 0 && mr_offset(text, 1, &t.offset) != text.length && mr_offset(text, 0, &t.offset) != text.length)
    return NAN;
  return mr_microseconds(&t);
}

static const char *mr_read_time(mr_text text, const mr_item *pattern, const char *reason, double *value) {
  const mr_text bare = mr_trim(text);
  *value = NAN;
  if (bare.length == 0) return NULL;
  if (pattern != NULL) {
    mr_time t = mr_epoch;
    if (mr_match(pattern, bare, &t)) *value = mr_microseconds(&t);
  }
  if (*value != *value) *value = mr_iso(bare);
  return *value == *value ? NULL : reason;
}

/* == read-lists: filter write-point */
static const char *mr_blanks(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
  return p;
}

/* Four hexadecimal digits, or -1. */
static long mr_four(const char *p, const char *end) {
  long value = 0;
  int k;
  if (end - p < 4) return -1;
  for (k = 0; k < 4; k++) {
    const char c = p[k];
    const int digit = mr_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* Reads a JSON text whose quote was passed into `to`, which is not beyond it; NULL where it is none. */
static const char *mr_json_text(const char *p, const char *end, char **to) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  for (; p < end && *p != '"'; p++) {
    const char *name;
    long unit, low;
    if ((unsigned char)*p < 0x20) return NULL;
    if (*p != '\\') {
      *(*to)++ = *p;
      continue;
    }
    if (++p == end) return NULL;
    if (*p != 'u') {
      name = *p == 0 ? NULL : strchr(names, *p);
      if (name == NULL) return NULL;
      *(*to)++ = values[name - names];
      continue;
    }
    unit = mr_four(p + 1, end);
    if (unit < 0) return NULL;
    p += 4;
    if (unit >= 0xd800 && unit < 0xdc00 && end - p > 2 && p[1] == '\\' && p[2] == 'u') {
      low = mr_four(p + 3, end);
      if (low >= 0xdc00 && low < 0xe000) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        p += 6;
      }
    }
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000)) unit = 0xfffd;
    *to += mr_write_point(*to, (uint32_t)unit);
  }
  return p < end ? p + 1 : NULL;
}

/* Reads a JSON array of texts, over itself: each item, and a NUL behind it. */
static const char *mr_read_strings(mr_text cell, mr_text *list) {
  static const char problem[] = "is not a list of texts";
  static char many[96];
  const mr_text bare = mr_trim(cell);
  const char *p = bare.text, *end = bare.text + bare.length;
  char *to = (char *)bare.text;
  size_t count = 0;
  list->text = bare.text;
  list->length = 0;
  if (bare.length == 0) return NULL;
  if (*p++ != '[') return problem;
  p = mr_blanks(p, end);
  if (p < end && *p == ']') return p + 1 == end ? NULL : problem;
  for (;;) {
    p = mr_blanks(p, end);
    if (p == end || *p++ != '"') return problem;
    p = mr_json_text(p, end, &to);
    if (p == NULL) return problem;
    *to++ = 0;
    count++;
    p = mr_blanks(p, end);
    if (p == end) return problem;
    if (*p++ == ',') continue;
    if (p[-1] != ']' || p != end) return problem;
    break;
  }
  if (count > 65536) {
    sprintf(many, "has %lu items; the most is 65536", (unsigned long)count);
    return many;
  }
  list->length = (size_t)(to - bare.text);
  return NULL;
}

/* The end of a JSON number, or NULL. */
static const char *mr_json_number(const char *p, const char *end) {
  const char *from;
  if (p < end && *p == '-') p++;
  from = p;
  while (p < end && mr_digit(*p)) p++;
  if (p == from || (*from == '0' && p - from > 1)) return NULL;
  if (p < end && *p == '.') {
    from = ++p;
    while (p < end && mr_digit(*p)) p++;
    if (p == from) return NULL;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    from = p;
    while (p < end && mr_digit(*p)) p++;
    if (p == from) return NULL;
  }
  return p;
}

/* Reads a JSON array of `width` numbers; `*found` says whether there is one. */
static const char *mr_read_vector(mr_text cell, double *numbers, size_t width, int *found) {
  static const char problem[] = "is not a list of numbers";
  static char other[96];
  const mr_text bare = mr_trim(cell);
  const char *p = bare.text, *end = bare.text + bare.length;
  size_t count = 0;
  *found = 0;
  if (bare.length == 0) return NULL;
  if (*p++ != '[') return problem;
  p = mr_blanks(p, end);
  if (p < end && *p == ']' && p + 1 == end) p++;
  else
    for (;;) {
      const char *behind;
      mr_text number;
      double value = 0.0;
      char kept;
      p = mr_blanks(p, end);
      behind = mr_json_number(p, end);
      if (behind == NULL || behind == end) return problem;
      number.text = p;
      number.length = (size_t)(behind - p);
      kept = *behind;
      mr_decimal(number, &value);
      *(char *)behind = kept;
      if (count < width) numbers[count] = value;
      count++;
      p = mr_blanks(behind, end);
      if (p == end) return problem;
      if (*p++ == ',') continue;
      if (p[-1] != ']' || p != end) return problem;
      break;
    }
  if (count != width) {
    sprintf(other, "has %lu numbers instead of %lu", (unsigned long)count, (unsigned long)width);
    return other;
  }
  *found = 1;
  return NULL;
}

/* == csv: filter */
#define MR_CHUNK 65536

static struct {
  unsigned char chunk[MR_CHUNK];
  size_t at, end;
  char *bytes; /* of the record's fields, a byte to overwrite behind each */
  size_t length, capacity;
  size_t *starts;
  size_t fields, field_capacity;
  size_t width;
  int begun, after_return;
  char *clean; /* texts of the record whose UTF-8 had to be mended */
  size_t clean_length, clean_capacity;
} mr_csv;

static void *mr_grown(void *old, size_t size) {
  void *grown = size == 0 ? NULL : realloc(old, size);
  if (grown == NULL) {
    fflush(stdout);
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return grown;
}

static void mr_put(const unsigned char *bytes, size_t length) {
  if (mr_csv.length + length + 2 > mr_csv.capacity) {
    mr_csv.capacity = (mr_csv.length + length + 2) * 2;
    mr_csv.bytes = (char *)mr_grown(mr_csv.bytes, mr_csv.capacity);
  }
  if (length > 0) memcpy(mr_csv.bytes + mr_csv.length, bytes, length);
  mr_csv.length += length;
}

static void mr_begin_field(void) {
  if (mr_csv.fields + 2 > mr_csv.field_capacity) {
    mr_csv.field_capacity = mr_csv.field_capacity * 2 + 64;
    mr_csv.starts = (size_t *)mr_grown(mr_csv.starts, mr_csv.field_capacity * sizeof(size_t));
  }
  mr_csv.starts[mr_csv.fields++] = mr_csv.length;
}

static void mr_end_field(void) { mr_put((const unsigned char *)"", 1); }

static int mr_peek(void) {
  if (mr_csv.at == mr_csv.end) {
    mr_csv.at = 0;
    mr_csv.end = fread(mr_csv.chunk, 1, MR_CHUNK, stdin);
    if (mr_csv.end == 0) return -1;
  }
  return mr_csv.chunk[mr_csv.at];
}

/* The next record: 1, 0 at the end, or -1 and why it cannot be read. RFC 4180; a line ends with LF, CR LF or CR. Blank
   lines are passed over unless there is one column. */
static int mr_record(const char **problem) {
  int quoted, c;
again:
  mr_csv.length = mr_csv.fields = mr_csv.clean_length = 0;
  c = mr_peek();
  if (!mr_csv.begun) {
    mr_csv.begun = 1;
    if (c == 0xef) {
      /* a byte order mark, unless what follows is another character */
      unsigned char mark[3];
      size_t k;
      for (k = 0; k < 3 && (c = mr_peek()) == (k == 0 ? 0xef : k == 1 ? 0xbb : 0xbf); k++, mr_csv.at++)
        mark[k] = (unsigned char)c;
      if (k < 3) {
        mr_begin_field();
        mr_put(mark, k);
        quoted = 0;
        goto plain;
      }
      c = mr_peek();
    }
  }
  if (mr_csv.after_return && c == '\n') {
    mr_csv.at++;
    c = mr_peek();
  }
  mr_csv.after_return = 0;
  if (c < 0) return 0;
  if ((c == '\n' || c == '\r') && mr_csv.width != 1) {
    mr_csv.at++;
    mr_csv.after_return = c == '\r';
    goto again;
  }
field:
  mr_begin_field();
  quoted = mr_peek() == '"';
  if (quoted) {
    mr_csv.at++;
    for (;;) {
      size_t from;
      if (mr_peek() < 0) {
        *problem = "ends within a quoted field";
        return -1;
      }
      from = mr_csv.at;
      while (mr_csv.at < mr_csv.end && mr_csv.chunk[mr_csv.at] != '"') mr_csv.at++;
      mr_put(mr_csv.chunk + from, mr_csv.at - from);
      if (mr_csv.at == mr_csv.end) continue;
      mr_csv.at++;
      if (mr_peek() != '"') break;
      mr_put((const unsigned char *)"\"", 1);
      mr_csv.at++;
    }
  }
plain:
  for (;;) {
    size_t from;
    c = mr_peek();
    if (c < 0 || c == ',' || c == '\n' || c == '\r') break;
    if (quoted) {
      *problem = "has text after a closing quote";
      return -1;
    }
    from = mr_csv.at;
    while (mr_csv.at < mr_csv.end) {
      const unsigned char b = mr_csv.chunk[mr_csv.at];
      if (b == ',' || b == '\n' || b == '\r') break;
      mr_csv.at++;
    }
    mr_put(mr_csv.chunk + from, mr_csv.at - from);
  }
  mr_end_field();
  if (c >= 0) mr_csv.at++;
  if (c == ',') goto field;
  mr_csv.after_return = c == '\r';
  mr_csv.starts[mr_csv.fields] = mr_csv.length;
  if (mr_csv.width == 0) mr_csv.width = mr_csv.fields;
  return 1;
}

/* A field with what is not UTF-8 replaced by U+FFFD, as the Encoding Standard says. */
static mr_text mr_field(size_t k) {
  const unsigned char *b = (const unsigned char *)mr_csv.bytes + mr_csv.starts[k];
  const size_t length = mr_csv.starts[k + 1] - mr_csv.starts[k] - 1;
  mr_text text;
  size_t i = 0, from = 0;
  char *out = NULL;
  text.text = (const char *)b;
  text.length = length;
  while (i < length) {
    size_t size, seen;
    unsigned char low = 0x80, high = 0xbf;
    if (b[i] < 0x80) {
      i++;
      continue;
    }
    size = b[i] >= 0xc2 && b[i] <= 0xdf ? 2 : b[i] >= 0xe0 && b[i] <= 0xef ? 3 : b[i] >= 0xf0 && b[i] <= 0xf4 ? 4 : 1;
    if (b[i] == 0xe0) low = 0xa0;
    if (b[i] == 0xed) high = 0x9f;
    if (b[i] == 0xf0) low = 0x90;
    if (b[i] == 0xf4) high = 0x8f;
    for (seen = 1; seen < size && i + seen < length && b[i + seen] >= low && b[i + seen] <= high; seen++) {
      low = 0x80;
      high = 0xbf;
    }
    if (size > 1 && seen == size) {
      i += size;
      continue;
    }
    if (out == NULL) {
      if (mr_csv.clean_length == 0 && mr_csv.clean_capacity < mr_csv.length * 3) {
        mr_csv.clean_capacity = mr_csv.length * 3;
        mr_csv.clean = (char *)mr_grown(mr_csv.clean, mr_csv.clean_capacity);
      }
      out = mr_csv.clean + mr_csv.clean_length;
      text.text = out;
    }
    memcpy(out, b + from, i - from);
    out += i - from;
    memcpy(out, "\357\277\275", 3);
    out += 3;
    i += seen;
    from = i;
  }
  if (out != NULL) {
    memcpy(out, b + from, length - from);
    out += length - from;
    text.length = (size_t)(out - text.text);
    mr_csv.clean_length += text.length + 1;
  }
  return text;
}

/* == print: csv */
/* Rounds a text d.ddde+x to fewer digits; 0 where it lies half-way, so that only the number itself can tell. */
static int mr_round(const char *text, int digits, char *out) {
  const char *tail = text + digits + 1;
  int k, up = *tail >= '5';
  if (*tail == '5') {
    for (k = 1; tail[k] == '0'; k++) continue;
    if (tail[k] == 'e') return 0;
  }
  memcpy(out, text, (size_t)digits + 1);
  strcpy(out + digits + 1, strchr(tail, 'e'));
  for (k = digits; up && k >= 0; k--) {
    if (k == 1) continue;
    up = out[k] == '9';
    out[k] = up ? '0' : (char)(out[k] + 1);
  }
  return !up;
}

static int mr_reads_back(char *text, double x) {
  double value;
  mr_text whole;
  whole.text = text;
  whole.length = strlen(text);
  return mr_decimal(whole, &value) && value == x;
}

/* Digits of the shortest decimal number that reads back to x > 0, and its power of ten: 0.digits x 10^point. */
static int mr_shortest(double x, char *digits, int *point) {
  char full[40], text[40];
  int precision, length, k;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  snprintf(full, sizeof full, "%.16e", x);
  for (precision = x < 2.2250738585072014e-308 ? 1 : 15; precision < 17; precision++) {
    if (precision < 15 || !mr_round(full, precision, text)) snprintf(text, sizeof text, "%.*e", precision - 1, x);
    if (mr_reads_back(text, x)) break;
    if (precision == 16 && (bits & 0xfffffffffffffu) == 0) {
      /* below a power of two doubles are closer: the nearest number of 16 digits may belong to the one before */
      for (k = 16; k >= 0; k--) {
        if (text[k] == '.') continue;
        if (text[k] != '9') {
          text[k]++;
          break;
        }
        text[k] = '0';
      }
      if (k >= 0 && mr_reads_back(text, x)) break;
    }
  }
  if (precision == 17) strcpy(text, full);
  length = 0;
  for (k = 0; text[k] != 'e'; k++)
    if (text[k] != '.') digits[length++] = text[k];
  *point = (int)strtol(text + k + 1, NULL, 10) + 1;
  while (length > 1 && digits[length - 1] == '0') length--;
  return length;
}

/* A number as ECMAScript writes it. */
static void mr_print_number(double x) {
  char digits[40], out[64];
  int count, point, k, at = 0;
  if (x != x) {
    fputs("NaN", stdout);
    return;
  }
  if (x == 0.0) {
    putc('0', stdout);
    return;
  }
  if (x < 0.0) {
    out[at++] = '-';
    x = -x;
  }
  if (x == INFINITY) {
    memcpy(out + at, "Infinity", 8);
    fwrite(out, 1, (size_t)at + 8, stdout);
    return;
  }
  count = mr_shortest(x, digits, &point);
  if (point > 21 || point < -5) {
    out[at++] = digits[0];
    if (count > 1) out[at++] = '.';
    for (k = 1; k < count; k++) out[at++] = digits[k];
    at += sprintf(out + at, "e%c%d", point > 0 ? '+' : '-', point > 0 ? point - 1 : 1 - point);
  } else if (point <= 0) {
    out[at++] = '0';
    out[at++] = '.';
    for (k = point; k < 0; k++) out[at++] = '0';
    for (k = 0; k < count; k++) out[at++] = digits[k];
  } else {
    for (k = 0; k < count || k < point; k++) {
      if (k == point) out[at++] = '.';
      out[at++] = k < count ? digits[k] : '0';
    }
  }
  fwrite(out, 1, (size_t)at, stdout);
}

static inline void mr_print_text(mr_text text) { fwrite(text.text, 1, text.length, stdout); }

/* == main: print read-integer read-bool read-time read-lists level */
typedef struct {
  const char *shown; /* the name as JSON */
  char kind;         /* number, integer, bool, timestamp, string, vector by the first letter; list of texts */
  int missing_allowed;
  int lenient; /* what cannot be read is missing */
  size_t offset;
  const mr_item *pattern;
  const char *reason;
  const char *name;
  size_t length;
  double *numbers; /* of a vector: where they go */
  size_t width;
  const mr_text *levels; /* that training saw, and how mr_level finds them */
  size_t level_count;
  const uint32_t *index;
  uint32_t mask;
} mr_reader;

/* How many values of an input could not be read and count as missing, and how many training did not see. */
typedef struct {
  unsigned long unread, unseen;
} mr_counts;

static int mr_fail_at(unsigned long row, const char *column, const char *reason) {
  fflush(stdout);
  if (row == 0) {
    fputs("header", stderr);
  } else {
    fprintf(stderr, "row %lu", row);
  }
  if (column != NULL) fprintf(stderr, ", column %s", column);
  fprintf(stderr, ": %s\n", reason);
  return 1;
}

/* Reads a cell into a row: NULL, or why it cannot be read. */
static const char *mr_read(const mr_reader *reader, size_t field, char *row, mr_counts *counts) {
  const char *reason = NULL;
  double value = NAN;
  mr_text text;
  text.text = "";
  text.length = 0;
  if (field != (size_t)-1) text = mr_field(field);
  switch (reader->kind) {
    case 's':
      memcpy(row + reader->offset, &text, sizeof text);
      if (reader->levels != NULL)
        counts->unseen += mr_level(text, reader->levels, reader->level_count, reader->index, reader->mask) < 0.0;
      return text.length > 0 || reader->missing_allowed ? NULL : "may not be missing";
    case 'l':
      reason = mr_read_strings(text, &text);
      if (reason != NULL) {
        if (!reader->lenient) return reason;
        counts->unread++;
        text.length = 0;
      }
      memcpy(row + reader->offset, &text, sizeof text);
      return text.length > 0 || reader->missing_allowed ? NULL : "may not be missing";
    case 'v': {
      int found;
      const double *numbers;
      reason = mr_read_vector(text, reader->numbers, reader->width, &found);
      if (reason != NULL) {
        if (!reader->lenient) return reason;
        counts->unread++;
        found = 0;
      }
      numbers = found ? reader->numbers : NULL;
      memcpy(row + reader->offset, &numbers, sizeof numbers);
      return found || reader->missing_allowed ? NULL : "may not be missing";
    }
    case 'n': reason = mr_read_number(text, &value); break;
    case 'i': reason = mr_read_integer(text, &value); break;
    case 'b': reason = mr_read_bool(text, &value); break;
    default: reason = mr_read_time(text, reader->pattern, reader->reason, &value); break;
  }
  if (reason != NULL) {
    if (!reader->lenient) return reason;
    counts->unread++;
    value = NAN;
  }
  memcpy(row + reader->offset, &value, sizeof value);
  return value == value || reader->missing_allowed ? NULL : "may not be missing";
}

/* Finds the columns of the inputs in the header; an absent one is (size_t)-1. */
static const char *mr_bind(const mr_reader *readers, size_t count, size_t *columns, const char **shown) {
  size_t f, k;
  for (k = 0; k < count; k++) columns[k] = (size_t)-1;
  for (f = 0; f < mr_csv.fields; f++) {
    const mr_text name = mr_field(f);
    for (k = 0; k < count; k++) {
      if (name.length != readers[k].length || memcmp(name.text, readers[k].name, name.length) != 0) continue;
      if (columns[k] != (size_t)-1) {
        *shown = readers[k].shown;
        return "is there twice";
      }
      columns[k] = f;
      break;
    }
  }
  return NULL;
}

/* Writes a name as ECMAScript's JSON does. */
static void mr_say_name(mr_text name) {
  static const char letters[] = "btn?fr";
  size_t k;
  putc('"', stderr);
  for (k = 0; k < name.length; k++) {
    const unsigned char c = (unsigned char)name.text[k];
    if (c >= 8 && c <= 13 && c != 11) fprintf(stderr, "\\%c", letters[c - 8]);
    else if (c < 32) fprintf(stderr, "\\u%04x", c);
    else {
      if (c == '"' || c == '\\') putc('\\', stderr);
      putc(c, stderr);
    }
  }
  putc('"', stderr);
}

/* Says which columns are not there, and which are not the model's. */
static void mr_say_columns(const mr_reader *readers, size_t count, const size_t *columns) {
  const char *before = "header: not columns of the model: ";
  size_t f, k;
  for (k = 0; k < count; k++)
    if (columns[k] == (size_t)-1)
      fprintf(stderr, "header: no column %s; it counts as missing in every row\n", readers[k].shown);
  for (f = 0; f < mr_csv.fields; f++) {
    for (k = 0; k < count && columns[k] != f; k++) continue;
    if (k < count) continue;
    fputs(before, stderr);
    mr_say_name(mr_field(f));
    before = ", ";
  }
  if (before[0] == ',') putc('\n', stderr);
}

static void mr_say_values(const mr_reader *readers, size_t count, const mr_counts *counts) {
  size_t k;
  for (k = 0; k < count; k++) {
    const char *shown = readers[k].shown;
    if (counts[k].unread > 0)
      fprintf(stderr, "column %s: values that cannot be read and count as missing: %lu\n", shown, counts[k].unread);
    if (counts[k].unseen > 0)
      fprintf(stderr, "column %s: values that training did not see, or hardly: %lu\n", shown, counts[k].unseen);
  }
}

/* Scores every row of standard input; `score` scores a row and writes its line. */
static int mr_filter(const mr_reader *readers, size_t count, size_t *columns, mr_counts *counts, char *row,
                     mr_text header, void (*score)(const char *row)) {
  const char *problem = NULL, *shown = NULL;
  unsigned long at = 0;
  int found;
  size_t k;
#ifdef _WIN32
  _setmode(_fileno(stdin), _O_BINARY);
  _setmode(_fileno(stdout), _O_BINARY);
#endif
  mr_print_text(header);
  found = mr_record(&problem);
  if (found <= 0) return mr_fail_at(0, NULL, found < 0 ? problem : "there is no header line");
  problem = mr_bind(readers, count, columns, &shown);
  if (problem != NULL) return mr_fail_at(0, shown, problem);
  mr_say_columns(readers, count, columns);
  for (;;) {
    found = mr_record(&problem);
    at++;
    if (found == 0) break;
    if (found < 0) return mr_fail_at(at, NULL, problem);
    if (mr_csv.fields != mr_csv.width) {
      char text[96];
      sprintf(text, "has %lu fields; the header has %lu", (unsigned long)mr_csv.fields, (unsigned long)mr_csv.width);
      return mr_fail_at(at, NULL, text);
    }
    for (k = 0; k < count; k++) {
      problem = mr_read(&readers[k], columns[k], row, &counts[k]);
      if (problem != NULL) return mr_fail_at(at, readers[k].shown, problem);
    }
    score(row);
  }
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("the scores cannot be written\n", stderr);
    return 1;
  }
  mr_say_values(readers, count, counts);
  return 0;
}
