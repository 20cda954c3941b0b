import { unsupported } from "../lower.ts";
import type { Part, Statement } from "../model.ts";
import { joined, type NumberSql, ranged, type Sql, sql } from "./model.ts";
import type { Printer } from "./printer.ts";
import { eitherRange, valuesRange, wholes } from "./ranges.ts";
import { chooseBy } from "./search.ts";

/** One number of a vector, or many of which at most one is 1. */
type Segment =
  | { readonly width: 1; value: NumberSql; readonly place?: never }
  | { readonly width: number; readonly place: NumberSql };

/** A vector as numbers side by side; a one-hot part stays one place, however wide it is. */
export class VectorSql {
  readonly #printer: Printer;
  readonly #shared: boolean;
  readonly #starts: number[] = [];
  readonly segments: readonly Segment[];
  readonly width: number;
  #first: NumberSql | undefined;

  constructor(printer: Printer, segments: readonly Segment[], shared: boolean) {
    this.#printer = printer;
    this.#shared = shared;
    this.segments = segments;
    let width = 0;
    for (const segment of segments) {
      this.#starts.push(width);
      width += segment.width;
    }
    this.width = width;
  }

  /** The number at a place, whatever the others are. */
  cell(index: number): NumberSql {
    const at = this.#segmentAt(index);
    const segment = this.segments[at]!;
    if (segment.place === undefined) return this.take(segment);
    const { dialect } = this.#printer;
    const test = sql`${segment.place} = ${dialect.number(index - this.#starts[at]!)}`;
    return ranged(sql`CASE WHEN ${test} THEN ${dialect.number(1)} ELSE ${dialect.number(0)} END`, wholes(0, 1));
  }

  /** As `cell`, but the first is missing where the vector is. */
  element(index: number): NumberSql {
    if (index > 0) return this.cell(index);
    this.#first ??= this.#withMissing();
    return this.#first;
  }

  /** A test that is true where the vector is missing; undefined where it never is. */
  missing(from = 0): Sql | undefined {
    const tests: Sql[] = [];
    this.segments.forEach((segment, k) => {
      if (k < from || segment.place !== undefined || !segment.value.range.missing) return;
      segment.value = this.#printer.atom(segment.value);
      tests.push(sql`${segment.value} IS NULL`);
    });
    return tests.length === 0 ? undefined : joined(tests, " OR ");
  }

  /** A segment's number, as a column if it may be read again. */
  take(segment: Segment & { place?: never }): NumberSql {
    if (this.#shared) segment.value = this.#printer.atom(segment.value);
    return segment.value;
  }

  #withMissing(): NumberSql {
    const first = this.cell(0);
    const others = this.missing(1);
    if (others === undefined) return this.#printer.atom(first);
    const text = sql`CASE WHEN ${others} THEN ${this.#printer.dialect.missingNumber} ELSE ${first} END`;
    return this.#printer.atom(ranged(text, { ...first.range, missing: true }));
  }

  #segmentAt(index: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle;
    }
    return low;
  }
}

type VectorStatement = Extract<Statement, { do: "vector" | "oneHot" | "join" | "each" | "affine" | "softmax" }>;

export function printVector(printer: Printer, statement: VectorStatement): VectorSql {
  const shared = printer.uses.vectors[statement.slot]! > 1;
  const vector = (segments: readonly Segment[]) => new VectorSql(printer, segments, shared);
  const cells = (values: readonly NumberSql[]) => vector(values.map((value) => cellOf(printer, value)));
  const width = printer.lowered.vectors[statement.slot]!;
  switch (statement.do) {
    case "vector":
      return cells(statement.values.map((value) => printer.number(value)));
    case "oneHot":
      return vector([{ width, place: printer.atom(printer.number(statement.place)) }]);
    case "join":
      return vector(statement.parts.flatMap((part) => joinedSegments(printer, part)));
    case "each":
      return cells(places(printer, width).map((k) => printer.number(statement.value, k)));
    case "affine": {
      const input = printer.vectors[statement.input]!;
      const weights = printer.doubles(statement.weights);
      const biases = printer.doubles(statement.biases);
      return cells(
        places(printer, width).map((k) =>
          dot(printer, input, weights.subarray(k * input.width, (k + 1) * input.width), biases[k]!),
        ),
      );
    }
    case "softmax":
      return cells(softmax(printer, printer.vectors[statement.input]!));
  }
}

function places(printer: Printer, width: number): number[] {
  const most = printer.dialect.mostColumns;
  if (width > most)
    throw unsupported(`a vector of ${width} numbers (the most is ${most} columns)`, printer.dialect.title);
  return Array.from({ length: width }, (_, k) => k);
}

function cellOf(printer: Printer, value: NumberSql): Segment {
  return { width: 1, value: printer.stages.shallow(printer.clean(value)) };
}

function joinedSegments(printer: Printer, part: Part): Segment[] {
  if ("number" in part) return [cellOf(printer, printer.numbers[part.number]!)];
  const vector = printer.vectors[part.vector]!;
  return vector.segments.map((segment) =>
    segment.place === undefined ? { width: 1, value: vector.take(segment) } : segment,
  );
}

/** bias + Σ weight × number, left to right; a one-hot part adds the weight of its place. */
export function dot(printer: Printer, input: VectorSql, weights: Float64Array, bias: number): NumberSql {
  const { dialect, stages } = printer;
  const terms: NumberSql[] = [printer.constant(bias)];
  let at = 0;
  for (const segment of input.segments) {
    if (segment.place !== undefined) {
      const slice = weights.subarray(at, at + segment.width);
      if (!slice.every(Number.isFinite)) throw unsupported("an infinite weight", dialect.title);
      if (slice.some((weight) => weight !== 0)) terms.push(weightAt(printer, segment.place, slice));
    } else {
      const weight = printer.constant(weights[at]!);
      const { low, high, missing } = segment.value.range;
      const idle = weights[at] === 0 && !missing && Number.isFinite(low) && Number.isFinite(high);
      if (!idle) terms.push(dialect.arithmetic(stages, "multiply", stages.shallow(input.take(segment)), weight));
    }
    at += segment.width;
  }
  return dialect.sum(stages, terms);
}

function weightAt(printer: Printer, place: NumberSql, weights: Float64Array): NumberSql {
  const { dialect } = printer;
  const zero = printer.constant(0);
  const range = eitherRange(valuesRange(weights), zero.range);
  if (weights.length <= 8) {
    const cases = [...weights].map((weight, k) => [dialect.number(k), dialect.number(weight)] as const);
    return ranged(chooseBy(place, cases, zero.text), range);
  }
  const found = printer.at(weights, place);
  if (place.range.low >= 0) return ranged(found, range);
  return ranged(sql`CASE WHEN ${place} >= ${zero} THEN ${found} ELSE ${zero} END`, range);
}

/** Numbers that lie this far below the greatest have e^(x − greatest) = 0; nearer ones never underflow. */
const farBelow = 690;

function softmax(printer: Printer, input: VectorSql): NumberSql[] {
  const { dialect, stages } = printer;
  const xs = places(printer, input.width).map((k) => printer.atom(input.cell(k)));
  const top = stages.column(dialect.greatest(xs));
  const zero = dialect.number(0);
  const powers = xs.map((x) => {
    const text = sql`CASE WHEN ${x} < ${top} - ${dialect.number(farBelow)} THEN ${zero} ELSE exp(${x} - ${top}) END`;
    const infinite = !Number.isFinite(x.range.low) || !Number.isFinite(x.range.high);
    return printer.atom(
      ranged(text, { low: 0, high: 1, tiny: 1e-301, whole: false, nan: infinite, missing: x.range.missing }),
    );
  });
  const sum = printer.atom(dialect.sum(stages, [printer.constant(0), ...powers]));
  const total = ranged(sum, { ...sum.range, low: 1, high: Math.max(1, sum.range.high), tiny: 1 });
  return powers.map((power) => dialect.arithmetic(stages, "divide", power, total));
}
