import { roundedRatio, scaledInteger, smallestExponent } from "./ratio.ts";

/** Beyond this a sum of doubles could overflow, or the error of a product underflow: such terms are added as integers. */
const large = 2 ** 480;
const small = 2 ** -480;

/**
 * A sum of doubles, or of products of them, without any rounding, so that order and grouping change nothing.
 *
 * Source: J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997, GROW-EXPANSION; T. J. Dekker 1971 for the
 * product of two doubles as a sum of two.
 */
export class ExactSum {
  #terms = new Float64Array(48);
  #count = 0;
  /** What does not fit doubles, in units of 2^−2148. */
  #rest = 0n;

  add(x: number): void {
    if (Math.abs(x) >= large) this.#rest += scaledInteger(x) << smallestExponent;
    else if (x !== 0) this.#grow(x);
  }

  addProduct(x: number, y: number): void {
    if (x === 0 || y === 0) return;
    const product = x * y;
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(product)) this.#grow(product);
    else if (inRange(x) && inRange(y) && inRange(product)) {
      this.#grow(product);
      const error = productError(x, y, product);
      if (error !== 0) this.#grow(error);
    } else this.#rest += scaledInteger(x) * scaledInteger(y);
  }

  /** Adds x² · times. */
  addSquare(x: number, times: number): void {
    const square = x * x;
    if (Number.isSafeInteger(x) && Number.isSafeInteger(square * times)) this.#grow(square * times);
    else if (inRange(x)) {
      this.addProduct(square, times);
      this.addProduct(productError(x, x, square), times);
    } else {
      const scaled = scaledInteger(x);
      this.#rest += scaled * scaled * BigInt(times);
    }
  }

  merge(other: ExactSum): void {
    for (let i = 0; i < other.#count; i++) this.#grow(other.#terms[i]!);
    this.#rest += other.#rest;
  }

  #grow(term: number): void {
    const terms = this.#terms;
    let x = term;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const y = terms[i]!;
      const sum = x + y;
      // The smaller of the two says what rounding took away.
      const error = Math.abs(x) < Math.abs(y) ? x - (sum - y) : y - (sum - x);
      if (error !== 0) terms[kept++] = error;
      x = sum;
    }
    if (x !== 0) terms[kept++] = x;
    this.#count = kept;
  }

  /** The sum in units of 2^−2148: an integer. */
  scaled(): bigint {
    let sum = this.#rest;
    for (let i = 0; i < this.#count; i++) sum += scaledInteger(this.#terms[i]!) << smallestExponent;
    return sum;
  }

  /** The nearest double. */
  value(): number {
    if (this.#rest === 0n && this.#count <= 1) return this.#count === 0 ? 0 : this.#terms[0]!;
    return roundedRatio(this.scaled(), unit);
  }

  /** The one text of this sum: hexadecimal units of 2^−2148 without trailing zeros, and how many of them were cut. */
  toText(): string {
    const sum = this.scaled();
    if (sum === 0n) return "0";
    const digits = (sum < 0n ? -sum : sum).toString(16);
    const kept = digits.replace(/0+$/, "");
    return `${sum < 0n ? "-" : ""}${kept}p${digits.length - kept.length}`;
  }

  static fromText(text: string): ExactSum {
    const sum = new ExactSum();
    const [, sign, digits, zeros] = /^(-?)([0-9a-f]{1,1200})(?:p(\d{1,4}))?$/.exec(text) ?? [];
    if (digits === undefined) throw new RangeError(`${text.slice(0, 40)} is no exact sum`);
    const size = BigInt(`0x${digits}`) << (4n * BigInt(zeros ?? 0));
    sum.#rest = sign === "-" ? -size : size;
    return sum;
  }
}

/** One, in units of an exact sum. */
export const unit = 1n << (2n * smallestExponent);

const inRange = (x: number) => {
  const size = Math.abs(x);
  return size < large && size > small;
};

const splitter = 2 ** 27 + 1;

/** What rounding took from the product of x and y. */
function productError(x: number, y: number, product: number): number {
  const xScaled = x * splitter;
  const yScaled = y * splitter;
  const xHigh = xScaled - (xScaled - x);
  const yHigh = yScaled - (yScaled - y);
  const xLow = x - xHigh;
  const yLow = y - yHigh;
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}
