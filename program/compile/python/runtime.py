import base64
import datetime
import functools
import json
import math
import os
import re
import struct
import sys
import threading
from array import array
from bisect import bisect_left, bisect_right
from codecs import getincrementaldecoder
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, TypedDict, Union

_NAN = float("nan")
_INF = float("inf")
_isnan = math.isnan
_bisect_left = bisect_left
_bisect_right = bisect_right


class InputError(ValueError):
    """A value that cannot be read as its column's type, or is missing where it may not be."""

    code = "PROGRAM_INPUT_INVALID"

    def __init__(self, column: str, reason: str) -> None:
        super().__init__('The value of "%s" %s.' % (column, reason))
        self.column = column
        self.reason = reason


# Numbers. Python raises where IEEE 754 has a value; these functions give the value.


def _divide(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a != a or a == 0.0 or b != b:
        return _NAN
    return math.copysign(_INF, math.copysign(1.0, a) * math.copysign(1.0, b))


def _mod(a: float, b: float) -> float:
    return math.fmod(a, b) if b != 0.0 and a - a == 0.0 else _NAN


def _floor(x: float) -> float:
    return x // 1.0 if x - x == 0.0 else x


def _sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0.0 else _NAN


# Elementary functions: the program's own, operation by operation, so that every machine gives the same bits. A number
# in two doubles is a pair (high, low).


def _two_sum(a: float, b: float):
    total = a + b
    bb = total - a
    return total, a - (total - bb) + (b - bb)


def _quick_two_sum(a: float, b: float):
    total = a + b
    return total, b - (total - a)


def _two_product(a: float, b: float):
    product = a * b
    a_big = 134217729.0 * a
    a_high = a_big - (a_big - a)
    a_low = a - a_high
    b_big = 134217729.0 * b
    b_high = b_big - (b_big - b)
    b_low = b - b_high
    return product, a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)


def _add_double(ah: float, al: float, bh: float, bl: float):
    high, high_error = _two_sum(ah, bh)
    low_sum, low_error = _two_sum(al, bl)
    first, low = _quick_two_sum(high, high_error + low_sum)
    return _quick_two_sum(first, low + low_error)


def _multiply_double(ah: float, al: float, bh: float, bl: float):
    product, low = _two_product(ah, bh)
    return _quick_two_sum(product, low + (ah * bl + al * bh))


def _divide_double(ah: float, al: float, bh: float, bl: float):
    first = ah / bh
    back, back_low = _multiply_double(bh, bl, first, 0.0)
    rest, rest_low = _add_double(ah, al, -back, -back_low)
    return _quick_two_sum(first, (rest + rest_low) / bh)


def _power_of_two(k: int) -> float:
    return math.ldexp(1.0, k)


def _scale_by_power(x: float, k: int) -> float:
    if k > 1023:
        return x * _power_of_two(1023) * _power_of_two(min(k - 1023, 1023))
    if k < -1022:
        return x * _power_of_two(-969) * _power_of_two(max(k + 969, -1022))
    return x * _power_of_two(k)


def _inverse_factorials():
    table = []
    factorial = 2.0
    for i in range(15):
        factorial *= i + 3
        table.append(1.0 / factorial)
    return tuple(reversed(table))


_INVERSE_FACTORIALS = _inverse_factorials()
_INVERSE_LN2 = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
_LN2_TAIL = 1.1612227229362532e-26


def _reduced_expm1(x: float, x_low: float):
    k = 0 if abs(x) < 0.34 else math.floor(x * _INVERSE_LN2 + 0.5)
    a = x - k * _LN2_HIGH
    b = -(k * _LN2_LOW)
    far = a + b
    bb = far - a
    b = a - (far - bb) + (b - bb) + x_low
    high = far + b
    low = b - (high - far)
    polynomial = 0.0
    for term in _INVERSE_FACTORIALS:
        polynomial = polynomial * high + term
    square = high * high
    big = 134217729.0 * high
    top = big - (big - high)
    rest = high - top
    square_low = rest * rest - (square - top * top - rest * top - top * rest)
    square_low = square_low + 2.0 * high * low
    half = 0.5 * square
    total = high + half
    b = half - (total - high) + (low + 0.5 * square_low + high * square * polynomial)
    result = total + b
    return result, b - (result - total), k


def _exp_of_double(x: float, x_low: float) -> float:
    if x > 709.8:
        return _INF
    if x < -745.2:
        return 0.0
    q, q_low, k = _reduced_expm1(x, x_low)
    total, low = _two_sum(1.0, q)
    return _scale_by_power(total + (low + q_low), k)


def _exp(x: float) -> float:
    return x if x != x else _exp_of_double(x, 0.0)


def _double_expm1(x: float):
    q, q_low, k = _reduced_expm1(x, 0.0)
    if k == 0:
        return q, q_low
    one = _scale_by_power(1.0, 1023 if k == 1024 else k)
    factor = 2.0 if k == 1024 else 1.0
    scaled = q * one * factor
    scaled_low = q_low * one * factor
    shifted, shifted_low = _two_sum(one * factor, -1.0)
    total, low = _two_sum(shifted, scaled)
    return _quick_two_sum(total, low + (shifted_low + scaled_low))


def _expm1(x: float) -> float:
    if x != x or abs(x) < 1e-300:
        return x
    if x > 709.8:
        return _INF
    if x < -40.0:
        return -1.0
    high, low = _double_expm1(x)
    return high + low


def _tanh(x: float) -> float:
    if x != x or abs(x) < 1e-300:
        return x
    if x > 20.0:
        return 1.0
    if x < -20.0:
        return -1.0
    t, t_low = _double_expm1(2.0 * x)
    total, low = _two_sum(t, 2.0)
    denominator, low = _quick_two_sum(total, low + t_low)
    return _divide_double(t, t_low, denominator, low)[0]


def _sigmoid(x: float) -> float:
    if x != x:
        return x
    if x > 40.0:
        return 1.0
    if x < -40.0:
        return _exp(x)
    t, t_low = _double_expm1(-x)
    total, low = _two_sum(t, 2.0)
    denominator, low = _quick_two_sum(total, low + t_low)
    return _divide_double(1.0, 0.0, denominator, low)[0]


_LOG_TERMS = tuple(2.0 / (2 * i + 3) for i in range(11, -1, -1))


def _significand(x: float):
    m, k = math.frexp(x)
    m *= 2.0
    # 0x6a09e: upper fraction bits of the root of 2
    if (m - 1.0) * 1048576.0 >= 0x6A09E:
        return 0.5 * m, k
    return m, k - 1


def _sum_log(f: float, c: float, k: int) -> float:
    if f == 0.0:
        return c if k == 0 else k * _LN2_HIGH + (k * _LN2_LOW + c)
    s = f / (2.0 + f)
    z = s * s
    r = 0.0
    for term in _LOG_TERMS:
        r = r * z + term
    r *= z
    half, half_low = _two_product(0.5 * f, f)
    first, low = _quick_two_sum(f, -half)
    small = low - half_low + s * (half + r)
    if k == 0:
        return first + (small + c)
    total, low = _two_sum(k * _LN2_HIGH, first)
    return total + (low + (small + (k * _LN2_LOW + c)))


def _log(x: float) -> float:
    if x != x or x < 0.0:
        return _NAN
    if x == 0.0:
        return -_INF
    if x == _INF:
        return x
    m, k = _significand(x)
    return _sum_log(m - 1.0, 0.0, k)


def _log1p(x: float) -> float:
    if x != x or x < -1.0:
        return _NAN
    if x == -1.0:
        return -_INF
    if x == _INF or abs(x) < 1e-300:
        return x
    if -0.29 < x < 0.41:
        return _sum_log(x, 0.0, 0)
    total, rest = _two_sum(1.0, x)
    m, k = _significand(total)
    return _sum_log(m - 1.0, rest / total, k)


def _double_log(x: float):
    m, k = _significand(x)
    below, below_low = _two_sum(m, -1.0)
    above, above_low = _two_sum(m, 1.0)
    s, s_low = _divide_double(below, below_low, above, above_low)
    z, z_low = _multiply_double(s, s_low, s, s_low)
    r = r_low = 0.0
    for n in range(47, 2, -2):
        r, r_low = _multiply_double(r, r_low, z, z_low)
        inverse, inverse_low = _divide_double(2.0, 0.0, float(n), 0.0)
        r, r_low = _add_double(r, r_low, inverse, inverse_low)
    r, r_low = _multiply_double(r, r_low, z, z_low)
    r, r_low = _add_double(2.0, 0.0, r, r_low)
    r, r_low = _multiply_double(r, r_low, s, s_low)
    whole, whole_low = _add_double(k * _LN2_HIGH, 0.0, k * _LN2_LOW, k * _LN2_TAIL)
    return _add_double(whole, whole_low, r, r_low)


def _pow(x: float, y: float) -> float:
    if y == 0.0:
        return 1.0
    if x != x or y != y:
        return _NAN
    ax = abs(x)
    odd = abs(y) < 9007199254740992.0 and math.fmod(y, 2.0) != 0.0 and _floor(y) == y
    if y == _INF or y == -_INF:
        if ax == 1.0:
            return _NAN
        return _INF if (ax > 1.0) == (y > 0.0) else 0.0
    sign = -1.0 if math.copysign(1.0, x) < 0.0 and odd else 1.0
    if ax == 0.0:
        return sign * (0.0 if y > 0.0 else _INF)
    if ax == _INF:
        return sign * (_INF if y > 0.0 else 0.0)
    if x < 0.0 and _floor(y) != y:
        return _NAN
    if ax == 1.0:
        return sign
    logarithm, logarithm_low = _double_log(ax)
    if abs(y * logarithm) > 760.0:
        return sign * (_INF if y * logarithm > 0.0 else 0.0)
    if abs(y) < 1e-290:
        return sign
    product, low = _multiply_double(logarithm, logarithm_low, y, 0.0)
    return sign * _exp_of_double(product, low)


_HALF_PI = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)
_TWO_OVER_PI = 0.6366197723675814
_TWO_OVER_PI_HEX = (
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73e"
    "e88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b7"
    "4f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc20"
)
_TWO_OVER_PI_PIECES = [float(int(_TWO_OVER_PI_HEX[i : i + 6], 16)) for i in range(0, len(_TWO_OVER_PI_HEX) - 5, 6)]
_SIN_TERMS = tuple(
    (-1.0 if i % 2 == 0 else 1.0) / f
    for i, f in enumerate((6, 120, 5040, 362880, 39916800, 6227020800, 1307674368000, 355687428096000))
)
_COS_TERMS = tuple(
    (1.0 if i % 2 == 0 else -1.0) / f
    for i, f in enumerate((24, 720, 40320, 3628800, 479001600, 87178291200, 20922789888000, 6402373705728000))
)


def _small_sin(x: float, tail: float) -> float:
    z = x * x
    r = _SIN_TERMS[7]
    for i in range(6, 0, -1):
        r = r * z + _SIN_TERMS[i]
    v = z * x
    return x - (z * (0.5 * tail - v * r) - tail - v * _SIN_TERMS[0])


def _small_cos(x: float, tail: float) -> float:
    z = x * x
    r = _COS_TERMS[7]
    for i in range(6, -1, -1):
        r = r * z + _COS_TERMS[i]
    half = 0.5 * z
    w = 1.0 - half
    return w + (1.0 - w - half + (z * z * r - x * tail))


def _sin(x: float) -> float:
    if x - x != 0.0:
        return _NAN
    if abs(x) < 1e-150:
        return x
    high, low, quadrant = _reduce_angle(x)
    if quadrant == 0:
        return _small_sin(high, low)
    if quadrant == 1:
        return _small_cos(high, low)
    return -_small_sin(high, low) if quadrant == 2 else -_small_cos(high, low)


def _cos(x: float) -> float:
    if x - x != 0.0:
        return _NAN
    high, low, quadrant = _reduce_angle(x)
    if quadrant == 0:
        return _small_cos(high, low)
    if quadrant == 1:
        return -_small_sin(high, low)
    return -_small_cos(high, low) if quadrant == 2 else _small_sin(high, low)


def _reduce_angle(x: float):
    size = abs(x)
    if size <= 0.7853981633974483:
        return x, 0.0, 0
    if size >= 1048576.0:
        return _reduce_large_angle(x)
    n = math.floor(x * _TWO_OVER_PI + 0.5)
    first, first_low = _two_sum(x, -n * _HALF_PI[0])
    second, low = _two_sum(first, -n * _HALF_PI[1])
    second_low = low + first_low
    third, low = _two_sum(second, -n * _HALF_PI[2])
    high, low = _quick_two_sum(third, low + second_low)
    return high, low, n % 4


def _reduce_large_angle(x: float):
    size = abs(x)
    shift = math.frexp(size)[1] - 72
    scaled = size * _power_of_two(-shift) if shift > -1000 else size
    a = float(math.floor(scaled / 281474976710656.0))
    b = float(math.floor((scaled - a * 281474976710656.0) / 16777216.0))
    c = scaled - a * 281474976710656.0 - b * 16777216.0
    start = max(0, (shift - 24) // 24 - 1)
    limbs = [0.0] * 13
    for j in range(10):
        piece = _TWO_OVER_PI_PIECES[start + j] if start + j < len(_TWO_OVER_PI_PIECES) else 0.0
        limbs[j + 1] += piece * a
        limbs[j + 2] += piece * b
        limbs[j + 3] += piece * c
    for j in range(12, 0, -1):
        carry = float(math.floor(limbs[j] / 16777216.0))
        limbs[j] -= carry * 16777216.0
        limbs[j - 1] += carry
    lead = shift + 48 - 24 * start
    fraction = [0.0] * 13
    whole = 0.0
    for j in range(13):
        weight = lead - 24 * j
        limb = limbs[j]
        if weight >= 24:
            continue
        if weight >= 0:
            whole += math.fmod(limb * _power_of_two(weight), 4.0)
        else:
            unit = _power_of_two(min(-weight, 1000))
            above = float(math.floor(limb / unit))
            whole += math.fmod(above, 4.0)
            fraction[j] = (limb - above * unit) / unit
    estimate = 0.0
    for j in range(12, -1, -1):
        estimate += fraction[j]
    total = total_low = 0.0
    if estimate >= 0.5:
        whole += 1.0
        total = -1.0
    for j in range(13):
        following, low = _two_sum(total, fraction[j])
        total, total_low = _quick_two_sum(following, low + total_low)
    high, rest = _multiply_double(total, total_low, 1.5707963267948966, 6.123233995736766e-17)
    quadrant = int(whole) % 4
    if x < 0.0:
        return -high, -rest, (4 - quadrant) % 4
    return high, rest, quadrant


# Texts and tables.


@functools.lru_cache(maxsize=65536)
def _hash(text: Optional[str]) -> float:
    """MurmurHash3 x86-32 of the UTF-8 bytes."""
    if text is None:
        return _NAN
    data = text.encode("utf-8")
    length = len(data)
    value = 0
    for block in struct.unpack("<%dI" % (length // 4), data[: length - length % 4]):
        block = block * 0xCC9E2D51 & 0xFFFFFFFF
        value ^= ((block << 15) | (block >> 17)) * 0x1B873593 & 0xFFFFFFFF
        value = (((value << 13) | (value >> 19)) & 0xFFFFFFFF) * 5 + 0xE6546B64 & 0xFFFFFFFF
    if length % 4:
        block = int.from_bytes(data[length - length % 4 :], "little") * 0xCC9E2D51 & 0xFFFFFFFF
        value ^= ((block << 15) | (block >> 17)) * 0x1B873593 & 0xFFFFFFFF
    value ^= length
    value = (value ^ (value >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ (value >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
    return float(value ^ (value >> 16))


def _unpacked(code: str, text: str):
    values = array(code)
    values.frombytes(base64.b64decode(text))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _doubles(text: str) -> List[float]:
    return _unpacked("d", text).tolist()


def _ints(text: str) -> List[int]:
    return _unpacked("i", text).tolist()


def _words(text: str) -> List[int]:
    return _unpacked("I", text).tolist()


def _levels(texts: Iterable[str]) -> Dict[Optional[str], float]:
    positions: Dict[Optional[str], float] = {text: float(k) for k, text in enumerate(texts)}
    positions[None] = _NAN
    return positions


# Vectors: lists; one that holds NaN has NaN as its first number, which says that it is missing whole.


def _whole(vector: List[float]) -> List[float]:
    for x in vector:
        if x != x:
            vector[0] = _NAN
            break
    return vector


def _one_hot(width: int, place: float) -> List[float]:
    vector = [0.0] * width
    if place >= 0.0:
        vector[int(place)] = 1.0
    return vector


def _dot(weights, bias: float, vector) -> float:
    total = bias
    for w, x in zip(weights, vector):
        total += w * x
    return total


def _rows_of(table, width: int):
    return [table[at : at + width] for at in range(0, len(table), width)]


def _affine(rows, biases, vector) -> List[float]:
    return _whole([_dot(row, bias, vector) + 0.0 for row, bias in zip(rows, biases)])


def _length(text: Optional[str]) -> float:
    """How many code points a text has."""
    return _NAN if text is None else float(len(text))


def _cross(separator: str, *parts: Optional[str]) -> Optional[str]:
    """The first 256 code points of each text side by side; None where one is missing."""
    return None if None in parts else separator.join(part[:256] for part in parts)


class _Terms:
    """How a text becomes terms with numbers: a list of (index, number), by index. A table that is not there is None."""

    def __init__(self, unit, low, high, least, most, classes, fold_from, fold_to, levels, buckets, count, idf, norm):
        self.unit, self.low, self.high, self.least, self.most = unit, low, high, least, most
        self.classes, self.levels, self.buckets, self.count = classes, levels, buckets, count
        self.idf, self.norm = idf, norm
        self.fold = {} if fold_from is None else dict(zip(fold_from, fold_to))
        self.known = {}

    def _become(self, char: str) -> str:
        point = self.fold.get(float(ord(char)), float(ord(char)))
        if point < 0.0:
            char = ""
        else:
            char = chr(int(point)) if _bisect_right(self.classes, point) % 2 == 1 else " "
        return char

    def _texts(self, text: str) -> List[str]:
        if self.unit == "item":
            return text.split("\0", self.most)[: self.most]
        known = self.known
        text = text[: self.most]
        for char in set(text):
            if char not in known:
                if len(known) >= 65536:
                    known.clear()
                    known.update({each: self._become(each) for each in set(text)})
                    break
                known[char] = self._become(char)
        words = [word for word in "".join([known[char] for char in text]).split(" ") if len(word) >= self.least and word]
        if not words:
            return []
        if self.unit == "word":
            return [
                " ".join(words[k : k + n]) for n in range(self.low, self.high + 1) for k in range(len(words) - n + 1)
            ]
        joined = " " + " ".join(words) + " "
        return [joined[k : k + n] for n in range(self.low, self.high + 1) for k in range(len(joined) - n + 1)]

    def find(self, text: Optional[str]) -> List[Tuple[int, float]]:
        if text is None:
            return []
        counts: Dict[int, int] = {}
        for term in self._texts(text):
            if term == "":
                continue
            index = int(_hash(term)) % self.buckets if self.levels is None else int(self.levels.get(term, -1.0))
            if index >= 0:
                counts[index] = counts.get(index, 0) + 1
        terms = []
        squares = 0.0
        for index in sorted(counts):
            times = counts[index]
            number = float(times) if self.count == "times" else 1.0 + _log(float(times)) if self.count == "log" else 1.0
            if self.idf is not None:
                number = number * self.idf[index]
            terms.append((index, number))
            squares += number * number
        if self.norm and squares > 0.0:
            length = math.sqrt(squares)
            terms = [(index, number / length) for index, number in terms]
        return terms

    def vector(self, text: Optional[str], width: int) -> List[float]:
        vector = [0.0] * width
        for index, number in self.find(text):
            vector[index] = number + 0.0
        return _whole(vector)

    def dots(self, text: Optional[str], weights: List[float], biases: List[float], width: int) -> List[float]:
        terms = self.find(text)
        totals = []
        for j, total in enumerate(biases):
            start = j * width
            for index, number in terms:
                total += weights[start + index] * number
            totals.append(total + 0.0)
        return _whole(totals)


def _softmax(vector) -> List[float]:
    greatest = vector[0]
    for x in vector:
        if x > greatest:
            greatest = x
    terms = [_exp(x - greatest) for x in vector]
    total = 0.0
    for term in terms:
        total += term
    return _whole([_divide(term, total) + 0.0 for term in terms])


# Trees. They are walked at first. Where rows keep coming, a block of trees at a time is written as nested `if`s, from
# numbers alone, and compiled by Python, which is three times as fast and costs as much time as about a thousand walks.

_WALKS = 64
_CALLS_A_BLOCK = 16
_BLOCK_LEAVES = 512
_CODED_LEAVES = 200_000
_CODED_DEPTH = 60
_CODED_WORDS = 64


class _Forest:
    def __init__(
        self,
        features: int,
        bases,
        tree_start,
        feature,
        threshold,
        left,
        right,
        missing_left,
        categorical,
        bitset_start,
        bitsets,
        leaves,
    ) -> None:
        self.features = features
        self.bases = bases
        self.tree_start = tree_start
        self.feature = feature
        self.threshold = threshold
        self.left = left
        self.right = right
        self.missing_left = missing_left
        self.categorical = categorical
        self.bitset_start = bitset_start
        self.bitsets = bitsets
        self.leaves = leaves
        self.blocks: Optional[List] = None
        self.waiting: List = []
        self.walked = 0
        self.calls = 0
        self.lock = threading.Lock()

    def number(self, x: List[float]) -> float:
        return self.sums(x)[0]

    def vector(self, x: List[float]) -> List[float]:
        return [total + 0.0 for total in self.sums(x)]

    def sums(self, x: List[float]) -> List[float]:
        if self.blocks is None:
            self.prepare()
        blocks = self.blocks
        # read after the blocks: once it is 0, all of them are coded
        if self.walked:
            # a second copy of the features has -inf for missing, which always goes left
            x = [*x, *[y if y == y else -_INF for y in x]]
        totals = list(self.bases)
        for block in blocks:
            block(totals, x)
        if self.waiting:
            self.calls += 1
            if self.calls >= _WALKS and self.calls % _CALLS_A_BLOCK == 0:
                self.code_one()
        return totals

    def prepare(self) -> None:
        with self.lock:
            if self.blocks is None:
                self.build()

    def build(self) -> None:
        nodes: List = [None] * len(self.feature)
        leaves = self.leaves
        width = self.features
        for n in range(len(nodes) - 1, -1, -1):
            feature = self.feature[n] + (width if self.missing_left[n] else 0)
            test = (self.bits(n), self.missing_left[n]) if self.categorical[n] else self.threshold[n]
            left, right = self.left[n], self.right[n]
            nodes[n] = (
                feature,
                test,
                nodes[left] if left >= 0 else leaves[~left],
                nodes[right] if right >= 0 else leaves[~right],
            )
        blocks: List = []
        waiting: List = []
        coded = 0
        at = 0
        roots = self.tree_start
        while at < len(roots):
            first = at
            size = 0
            while at < len(roots) and (size < _BLOCK_LEAVES or at == first):
                leaves_here = self.codable(roots[at])
                if leaves_here is None and at > first:
                    break
                at += 1
                if leaves_here is None:
                    size = -1
                    break
                size += leaves_here
            trees = [(t % len(self.bases), roots[t]) for t in range(first, at)]
            if size > 0 and coded + size <= _CODED_LEAVES:
                coded += size
                waiting.append((len(blocks), trees))
            walk = _walk if 1 in self.categorical else _walk_plain
            walked = [(k, nodes[root] if root >= 0 else leaves[~root]) for k, root in trees]
            blocks.append(functools.partial(walk, walked))
        self.walked = len(blocks)
        self.waiting = waiting[::-1]
        self.blocks = blocks

    def bits(self, n: int) -> bytes:
        words = self.bitsets[self.bitset_start[n] : self.bitset_start[n + 1]]
        return struct.pack("<%dI" % len(words), *words)

    def codable(self, root: int) -> Optional[int]:
        """How many leaves the code of a tree has; None where it should be walked."""
        if os.environ.get("MILLRACE_NO_EXEC"):
            return None
        count = 0
        stack = [(root, 0)]
        while stack:
            ref, depth = stack.pop()
            if ref < 0:
                count += 1
                if count > 2 * _BLOCK_LEAVES:
                    return None
            elif depth >= _CODED_DEPTH or self.bitset_start[ref + 1] - self.bitset_start[ref] > _CODED_WORDS:
                return None
            else:
                stack.append((self.left[ref], depth + 1))
                stack.append((self.right[ref], depth + 1))
        return count

    def code_one(self) -> None:
        if not self.lock.acquire(blocking=False):
            return
        try:
            if self.waiting:
                place, trees = self.waiting.pop()
                self.blocks[place] = self.coded(trees)
                self.walked -= 1
        finally:
            self.lock.release()

    def coded(self, trees):
        features = set()
        lines: List[str] = []
        for k, root in trees:
            self.write(root, k, lines, features)
        classes = sorted({k for k, _ in trees})
        head = ["def block(s, x):", *[" s%d = s[%d]" % (k, k) for k in classes]]
        head += [" x%d = x[%d]" % (f, f) for f in sorted(features)]
        tail = [" s[%d] = s%d" % (k, k) for k in classes]
        names: Dict[str, Any] = {"inf": _INF}
        # Only numbers of this file's tables are in the text; as code, trees take a fifth of the time of a walk over
        # tables. Where a policy forbids exec, set MILLRACE_NO_EXEC: the results are the same.
        exec("\n".join([*head, *lines, *tail]), names)
        return names["block"]

    def write(self, root: int, k: int, lines: List[str], features) -> None:
        stack = [(root, 1, "")]
        while stack:
            ref, depth, before = stack.pop()
            if before:
                lines.append(before)
            indent = " " * depth
            if ref < 0:
                lines.append("%ss%d += %r" % (indent, k, self.leaves[~ref]))
                continue
            feature = self.feature[ref]
            features.add(feature)
            first, second = self.left[ref], self.right[ref]
            missing_left = self.missing_left[ref]
            if missing_left:
                # NaN fails every test, so the test is of what goes right
                first, second = second, first
            if self.categorical[ref]:
                bits = self.bits(ref)
                inside = [i for i in range(len(bits) * 8) if (bits[i >> 3] >> (i & 7) & 1) != missing_left]
                test = "in {%s}" % ", ".join(map(str, inside)) if inside else "in ()"
            else:
                test = "%s %r" % (">" if missing_left else "<=", self.threshold[ref])
            lines.append("%sif x%d %s:" % (indent, feature, test))
            stack.append((second, depth + 1, indent + "else:"))
            stack.append((first, depth + 1, ""))


def _walk_plain(trees, totals: List[float], x: List[float]) -> None:
    """Nodes are (feature, threshold or set of bits, left, right); a leaf is its value."""
    for k, node in trees:
        while node.__class__ is tuple:
            feature, threshold, left, right = node
            node = left if x[feature] <= threshold else right
        totals[k] += node


def _walk(trees, totals: List[float], x: List[float]) -> None:
    for k, node in trees:
        while node.__class__ is tuple:
            feature, test, left, right = node
            y = x[feature]
            if test.__class__ is tuple:
                bits, goes_left = test
                if 0.0 <= y < len(bits) * 8 and y // 1.0 == y:
                    goes_left = bits[int(y) >> 3] >> (int(y) & 7) & 1
            else:
                goes_left = y <= test
            node = left if goes_left else right
        totals[k] += node


# Raw values, as JSON, a CSV cell or Python has them, become numbers (NaN is missing) or texts (None is missing).

_WHITE = "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_ODD = re.compile(r"([+-]?)(?:(nan)|inf(?:inity)?)", re.ASCII | re.IGNORECASE).fullmatch
_LONE = re.compile("[\ud800-\udfff]").search
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"(?: ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?",
    re.ASCII | re.IGNORECASE,
).fullmatch
_MOST = 9007199254740991
_BOOLS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "1": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0, "0": 0.0}


class _Unreadable(Exception):
    pass


def _float(value) -> Optional[float]:
    """The double of a number; None of anything else. True and False are no numbers."""
    if isinstance(value, float):
        return float(value) + 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return _INF if value > 0 else -_INF
    return None


def _plain(value):
    """A scalar of NumPy as Python's own."""
    item = getattr(value, "item", None)
    return item() if callable(item) and type(value).__module__ == "numpy" else value


def _read_number(value) -> float:
    if value.__class__ is float:
        return value + 0.0
    if value.__class__ is str:
        if value.isascii() and value.isprintable() and "_" not in value:
            try:
                return float(value) + 0.0
            except ValueError:
                pass
        return _number_of(value)
    if value is None:
        return _NAN
    value = _plain(value)
    if isinstance(value, str):
        return _number_of(value)
    number = _float(value)
    if number is None:
        raise _Unreadable("is not a number")
    return number


def _number_of(value: str) -> float:
    text = value.strip(_WHITE)
    if text == "":
        return _NAN
    if _DECIMAL(text):
        return float(text) + 0.0
    match = _ODD(text)
    if match is None:
        raise _Unreadable("is not a number")
    if match[2]:
        return _NAN
    return -_INF if match[1] == "-" else _INF


def _safe(number: float, form: str) -> float:
    if number != number or (abs(number) <= _MOST and number // 1.0 == number):
        return number
    raise _Unreadable("is not " + form)


def _read_integer(value) -> float:
    return _safe(_read_number(value), "a whole number within ±2^53")


def _read_bool(value) -> float:
    if value is True:
        return 1.0
    if value is False:
        return 0.0
    if value is None:
        return _NAN
    value = _plain(value)
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        text = value.strip(_WHITE)
        if text == "":
            return _NAN
        # case folding beyond ASCII never gives one of these words
        number = _BOOLS.get(text.lower()) if text.isascii() else None
    else:
        number = _float(value)
        if number is not None and number == number and number != 0.0 and number != 1.0:
            number = None
    if number is None:
        raise _Unreadable("is not true or false")
    return number


def _list_of(value, problem: str):
    """A list, or the list that a text of JSON holds; None where it is missing."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip(_WHITE)
        if text == "":
            return None
        try:
            value = json.loads(text, parse_int=float, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise _Unreadable(problem) from None
    elif type(value).__module__ in ("numpy", "array"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        raise _Unreadable(problem)
    return value


def _no_constant(name: str):
    raise ValueError(name)


def _read_strings(value) -> Optional[str]:
    """A list of texts as one text: each item, and a NUL behind it."""
    problem = "is not a list of texts"
    items = _list_of(value, problem)
    if items is None:
        return None
    if not all(isinstance(item, str) for item in items):
        raise _Unreadable(problem)
    if len(items) > 65536:
        raise _Unreadable("has %d items; the most is 65536" % len(items))
    return "".join([(_read_text(item) or "").replace("\0", "\ufffd") + "\0" for item in items]) or None


def _vector_reader(width: int):
    def read(value) -> Optional[List[float]]:
        problem = "is not a list of numbers"
        items = _list_of(value, problem)
        if items is None:
            return None
        numbers = [_float(item) for item in items]
        if None in numbers:
            raise _Unreadable(problem)
        if len(numbers) != width:
            raise _Unreadable("has %d numbers instead of %d" % (len(numbers), width))
        return None if any(x != x for x in numbers) else [x + 0.0 for x in numbers]

    return read


def _read_text(value) -> Optional[str]:
    if value is None or value == "":
        return None
    value = _plain(value)
    if isinstance(value, str):
        value = str(value)
        if value.isascii() or _LONE(value) is None:
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, bool):
        return "true" if value else "false"
    number = _float(value)
    if number is None:
        raise _Unreadable("is not text")
    return None if number != number else _number_text(number)


def _timestamp_reader(pattern: Optional[str] = None, letters: str = "", form: str = "an ISO 8601 date or time"):
    match_pattern = None if pattern is None else re.compile(pattern, re.ASCII | re.IGNORECASE).fullmatch

    def read(value) -> float:
        if value is None or value == "":
            return _NAN
        value = _plain(value)
        if isinstance(value, str):
            text = value.strip(_WHITE)
            if match_pattern is not None:
                match = match_pattern(text)
                us = None if match is None else _pattern_time(letters, match.groups())
                if us is not None:
                    return us
            match = _ISO(text)
            us = None if match is None else _iso_time(match.groups())
            if us is not None:
                return us
            if text == "":
                return _NAN
            raise _Unreadable("is not " + form)
        if isinstance(value, datetime.datetime):
            zone = datetime.timezone.utc
            value = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
            since = value - datetime.datetime(1970, 1, 1, tzinfo=zone)
            value = since // datetime.timedelta(microseconds=1)
        elif isinstance(value, datetime.date):
            value = (value - datetime.date(1970, 1, 1)).days * 86_400_000_000
        number = _float(value)
        if number is None:
            raise _Unreadable("is not " + form)
        return _safe(number, "whole microseconds since 1970")

    return read


def _iso_time(parts) -> Optional[float]:
    year, month, day, hour, minute, second, fraction, offset = parts
    return _microseconds(
        {
            "Y": int(year),
            "m": int(month),
            "d": int(day),
            "H": int(hour or 0),
            "M": int(minute or 0),
            "S": int(second or 0),
            "f": _fraction(fraction or ""),
            "z": _offset(offset or "Z"),
        }
    )


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _pattern_time(letters: str, texts) -> Optional[float]:
    parts = {}
    for letter, text in zip(letters, texts):
        if letter in "YmdHMS":
            parts[letter] = int(text)
        elif letter == "y":
            parts["Y"] = int(text) + (2000 if int(text) < 69 else 1900)
        elif letter in "bB":
            parts["m"] = _MONTHS.index(text[:3].lower()) + 1
        elif letter == "e":
            parts["d"] = int(text)
        elif letter == "I":
            parts["H"] = int(text) % 12 if 1 <= int(text) <= 12 else 99
        elif letter == "f":
            parts["f"] = _fraction(text)
        elif letter == "g":
            parts["f"] = _fraction(text.rjust(3, "0"))
        elif letter == "j":
            parts["j"] = int(text)
        elif letter == "p":
            parts["p"] = 12 if text.lower() == "pm" else 0
        elif letter == "z":
            parts["z"] = _offset(text)
    return _microseconds(parts)


def _fraction(digits: str) -> int:
    return int(digits[:6].ljust(6, "0"))


def _offset(text: str) -> int:
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if text[0] == "-" else minutes


def _microseconds(parts) -> Optional[float]:
    get = parts.get
    year, month, day = get("Y", 1970), get("m", 1), get("d", 1)
    hour = get("H", 0) + get("p", 0)
    minute, second, day_of_year = get("M", 0), get("S", 0), get("j", 0)
    if not 1 <= month <= 12 or not 1 <= day <= _month_length(year, month):
        return None
    if hour > 23 or minute > 59 or second > 59 or day_of_year > 337 + _month_length(year, 2):
        return None
    if day_of_year > 0:
        date = _day_number(year, 1, 1) + day_of_year - 1
    else:
        date = _day_number(year, month, day)
    us = ((date * 24 + hour) * 60 + minute - get("z", 0)) * 60_000_000 + second * 1_000_000 + get("f", 0)
    return float(us) if -_MOST <= us <= _MOST else None


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _day_number(year: int, month: int, day: int) -> int:
    if month < 3:
        year -= 1
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def _number_text(x: float) -> str:
    """The shortest digits that read back to the same double, laid out as JavaScript's String(x)."""
    text = repr(x)
    if "e" not in text:
        if text[-2:] == ".0":
            return text[:-2]
        return text.replace("inf", "Infinity").replace("nan", "NaN")
    digits, _, power = text.partition("e")
    sign = "-" if digits[0] == "-" else ""
    digits = digits.lstrip("-").replace(".", "")
    point = int(power) + 1
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    mantissa = digits if len(digits) == 1 else digits[0] + "." + digits[1:]
    return "%s%se%s%d" % (sign, mantissa, "+" if point > 0 else "-", abs(point - 1))


# The filter: CSV with a header in, a line of scores for each row out.


class _BadTable(Exception):
    """What is wrong with the record that is being read, or with one of its columns."""

    def __init__(self, reason, column=""):
        super().__init__("%s: %s" % (column and ", column " + column, reason))


_line_end = re.compile("[,\r\n]").search


def _record_at(text: str, at: int, final: bool):
    """The fields of the record that begins here, where the next begins, and whether the line is blank. None: more is needed."""
    fields = []
    end = len(text)
    blank = at < end and text[at] in "\r\n"
    while True:
        if at < end and text[at] == '"':
            pieces = []
            at += 1
            while True:
                close = text.find('"', at)
                if close < 0 or (close + 1 == end and not final):
                    if final:
                        raise _BadTable("ends within a quoted field")
                    return None
                if text.startswith('"', close + 1):
                    pieces.append(text[at : close + 1])
                    at = close + 2
                    continue
                pieces.append(text[at:close])
                break
            field = "".join(pieces)
            at = close + 1
            if at < end and text[at] not in ",\r\n":
                raise _BadTable("has text after a closing quote")
        else:
            match = _line_end(text, at)
            close = end if match is None else match.start()
            field = text[at:close]
            at = close
        if at == end and not final:
            return None
        fields.append(field)
        if at == end:
            return fields, end, blank
        at += 1
        if text[at - 1] == ",":
            continue
        if text[at - 1] == "\r" and at == end and not final:
            return None
        if text[at - 1] == "\r" and text.startswith("\n", at):
            at += 1
        return fields, at, blank


def _records(stream):
    """Lists of records (RFC 4180; CRLF, LF or CR), as many as each piece of the stream holds; last perhaps what is wrong."""
    decoder = getincrementaldecoder("utf-8")("replace")
    text = ""
    width = 0
    first = True
    size = 1 << 18
    final = False
    while not final:
        data = stream.read(size)
        final = not data
        text += decoder.decode(data, final)
        if first and text:
            first = False
            if text[0] == "\ufeff":
                text = text[1:]
        at = 0
        records = []
        problem = None
        try:
            while at < len(text):
                quote = text.find('"', at)
                limit = len(text) if quote < 0 else quote
                plain = max(text.rfind("\n", at, limit), text.rfind("\r", at, limit)) + 1
                if plain == len(text) and text[-1] == "\r" and not final:
                    plain = max(text.rfind("\n", at, limit - 1), text.rfind("\r", at, limit - 1)) + 1
                if plain > at:
                    lines = text[at : plain - 1]
                    if "\r" in text[at:plain]:
                        lines = text[at:plain].replace("\r\n", "\n").replace("\r", "\n")[:-1]
                    for line in lines.split("\n"):
                        if line or width == 1:
                            records.append(line.split(","))
                            width = width or len(records[0])
                    at = plain
                    continue
                found = _record_at(text, at, final)
                if found is None:
                    break
                fields, at, blank = found
                if not blank or width == 1:
                    records.append(fields)
                    width = width or len(fields)
        except _BadTable as error:
            problem = error
        if records:
            yield records
        if problem is not None:
            yield problem
            return
        # a record longer than a piece is not read again and again
        size = 1 << 18 if at > 0 else min(size * 2, 1 << 28)
        text = text[at:]


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def _filter(inputs, seen, evaluate, line, header: List[str], source, sink, errors) -> int:
    """`inputs`: (name, reader, needed); `seen`: (place of an input, levels of training). It gives the exit code."""
    out = [",".join(map(_cell, header)) + "\n"]
    places: List[Any] = []
    needs = [k for k, (_, _, needed) in enumerate(inputs) if needed]
    width = -1
    row = 0
    message = None
    unseen = [0] * len(inputs)
    try:
        for records in _records(source):
            if isinstance(records, _BadTable):
                row += 1
                raise records
            if width < 0:
                names = records.pop(0)
                for name, read, _ in inputs:
                    if names.count(name) > 1:
                        raise _BadTable("is there twice", _json(name))
                    places.append((names.index(name) if name in names else len(names), read))
                width = len(names)
                errors.write(_header_notes([name for name, _, _ in inputs], names).encode("utf-8", "replace"))
            for fields in records:
                row += 1
                if len(fields) != width:
                    raise _BadTable("has %d fields; the header has %d" % (len(fields), width))
                # what a column that is not there holds
                fields.append("")
                values = [read(fields[at]) for at, read in places]
                for k in needs:
                    if values[k] is None or values[k] != values[k]:
                        raise _Unreadable("may not be missing")
                for k, levels in seen:
                    if values[k] not in levels:
                        unseen[k] += 1
                out.append(line(evaluate(values)))
            sink.write("".join(out).encode("utf-8"))
            out = []
        if width < 0:
            message = "header: there is no header line"
    except _Unreadable:
        message = "row %d, column %s" % (row, _first_problem(inputs, [fields[at] for at, _ in places]))
    except _BadTable as error:
        message = "header%s" % error if width < 0 else "row %d%s" % (row, error)
    sink.write("".join(out).encode("utf-8"))
    sink.flush()
    if message is None:
        errors.write(_value_notes(inputs, unseen).encode("utf-8", "replace"))
        errors.flush()
        return 0
    errors.write((message + "\n").encode("utf-8", "replace"))
    errors.flush()
    return 1


def _header_notes(inputs: List[str], names: List[str]) -> str:
    lines = ["header: no column %s; it counts as missing in every row\n" % _json(name) for name in inputs if name not in names]
    known = set(inputs)
    strays = [_json(name) for name in names if name not in known]
    if strays:
        lines.append("header: not columns of the model: %s\n" % ", ".join(strays))
    return "".join(lines)


def _value_notes(inputs, unseen: List[int]) -> str:
    lines = []
    for (name, read, _), count in zip(inputs, unseen):
        unread = getattr(read, "unread", [0])[0]
        if unread:
            lines.append("column %s: values that cannot be read and count as missing: %d\n" % (_json(name), unread))
        if count:
            lines.append("column %s: values that training did not see, or hardly: %d\n" % (_json(name), count))
    return "".join(lines)


def _set_cell(names: List[str], members: List[float]) -> str:
    """A set of classes as a JSON list in a cell."""
    if members[0] != members[0]:
        return ""
    inside = [_json_text(name) for name, member in zip(names, members) if member == 1]
    return _cell("[" + ",".join(inside) + "]")


def _json_text(text: str) -> str:
    """A text as JavaScript's JSON.stringify writes it."""
    return json.dumps(text, ensure_ascii=False)


def _lenient(read, missing):
    """A reader that takes what cannot be read for missing, and counts that."""
    unread = [0]

    def read_or_missing(value):
        try:
            return read(value)
        except _Unreadable:
            unread[0] += 1
            return missing

    read_or_missing.unread = unread
    return read_or_missing


def _first_problem(inputs, cells: List[str]) -> str:
    for (name, read, needed), cell in zip(inputs, cells):
        try:
            value = read(cell)
            problem = "may not be missing" if needed and (value is None or value != value) else None
        except _Unreadable as error:
            problem = str(error)
        if problem is not None:
            return "%s: %s" % (_json(name), problem)
    raise AssertionError("a value reads differently each time")


def _json(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
