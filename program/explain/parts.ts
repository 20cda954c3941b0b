import type { Attributes } from "../operators/attributes.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { type Forest, forestOf, leafOf, type Term, unexplained } from "./terms.ts";
import { textPart } from "./text-part.ts";
import { interventionalShap, pathDependentShap } from "./tree-shap.ts";

/** A feature of a row: its numbers, NaN where it is missing; of `termLinear` the text, or null. */
export type FeatureValue = readonly number[] | string | null;
export type RowValues = readonly FeatureValue[];

/** The numbers of a feature that is no text. */
const numbersOf = (value: FeatureValue | undefined) => value as readonly number[];

/** A term made ready. */
export interface Part {
  /** What it gives where nothing is known of a row, a number an output. */
  readonly base: readonly number[];
  readonly term: Term;
  readonly forest?: Forest;
  /** Places of its features among those of the program. */
  readonly places: readonly number[];
  add(values: RowValues, give: (place: number, output: number, amount: number) => void): void;
  /** The terms of a text that add most, greatest first; only of `termLinear`. */
  readonly terms?: (values: RowValues, most: number) => readonly TermShare[];
}

/** A word, a run of words or characters, or an item, and what it adds to each output. */
export interface TermShare {
  readonly term: string;
  readonly amounts: readonly number[];
}

const greatestOf = ({ amounts }: TermShare) => amounts.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

/** The greatest first; of equal ones by their texts. */
export function byAmount(a: TermShare, b: TermShare): number {
  return greatestOf(b) - greatestOf(a) || compareUtf8(a.term, b.term);
}

/** `background`: of each feature of the program the numbers of each row; `interventional`: these stand for what is unknown. */
export function partOf(
  term: Term,
  places: readonly number[],
  background: readonly (readonly FeatureValue[])[] | undefined,
  interventional: boolean,
): Part {
  if (term.kind === "termLinear") return textPart(term, places, background?.[places[0]!]);
  if (term.kind === "linear") return linearPart(term, places, background);
  return treesPart(term, places, background, interventional);
}

function treesPart(
  term: Term,
  places: readonly number[],
  background: Parameters<typeof partOf>[2],
  interventional: boolean,
): Part {
  const { factor } = term;
  const { attributes } = term.node;
  const x = new Float64Array(places.length);
  const fill = (values: (place: number) => number) => {
    places.forEach((place, k) => {
      x[k] = values(place);
    });
  };
  const leafCover = () => {
    if (background === undefined) {
      if (attributes.has("leafCover")) return coversOf(attributes);
      throw unexplained("trees without the rows of their leaves (leafCover) and without background rows");
    }
    const cover = new Float64Array(attributes.f64("leafValue").length);
    const bare = forestOf(attributes, cover);
    for (let i = 0; i < (background[0]?.length ?? 0); i++) {
      fill((place) => numbersOf(background[place]![i])[0]!);
      for (const root of bare.roots) {
        const leaf = leafOf(bare, root, x);
        cover[leaf] = cover[leaf]! + 1;
      }
    }
    return cover;
  };
  const forest = forestOf(attributes, leafCover());
  const shap = interventional
    ? interventionalShap(
        forest,
        Array.from({ length: background?.[0]?.length ?? 0 }, (_, i) =>
          Float64Array.from(places, (place) => numbersOf(background![place]![i])[0]!),
        ),
      )
    : pathDependentShap(forest);
  const phi = new Float64Array(places.length * forest.classes);
  return {
    base: expectedOf(forest).map((value) => value * factor),
    term,
    forest,
    places,
    add: (values, give) => {
      fill((place) => numbersOf(values[place])[0]!);
      phi.fill(0);
      shap(x, phi);
      places.forEach((place, k) => {
        for (let c = 0; c < forest.classes; c++) give(place, c, factor * phi[k * forest.classes + c]!);
      });
    },
  };
}

/** The rows of each leaf; where leaves hold numbers of several classes, again for each. */
function coversOf(attributes: Attributes): Float64Array {
  const covers = attributes.f64("leafCover");
  return attributes.f64("leafValue").map((_, leaf) => covers[leaf % covers.length]!);
}

/** The base and each tree's mean over its rows. */
function expectedOf(forest: Forest): number[] {
  const expected = [...forest.bases];
  forest.roots.forEach((root, t) => {
    expected[t % forest.classes]! += meanOf(forest, root);
  });
  return expected;
}

function meanOf(forest: Forest, ref: number): number {
  if (ref < 0) return forest.leafValue[~ref]!;
  const cover = forest.coverOf(ref);
  if (cover === 0) return 0;
  const [left, right] = [forest.left[ref]!, forest.right[ref]!];
  const share = (child: number) =>
    forest.coverOf(child) === 0 ? 0 : (forest.coverOf(child) / cover) * meanOf(forest, child);
  return share(left) + share(right);
}

function linearPart(term: Term, places: readonly number[], background: Parameters<typeof partOf>[2]): Part {
  const { factor } = term;
  const { attributes, types } = term.node;
  const weights = attributes.f64("weights");
  const bias = attributes.f64("bias");
  const widths = types.map((type) => (type.type === "vector" ? type.width : 1));
  const width = widths.reduce((sum, one) => sum + one, 0);
  const reference = places.map((place, k) =>
    Array.from({ length: widths[k]! }, (_, j) =>
      meanPresent(background?.[place]?.map((row) => numbersOf(row)[j]!) ?? []),
    ),
  );
  const each = (visit: (place: number, k: number, j: number, at: number) => void) => {
    let at = 0;
    places.forEach((place, k) => {
      for (let j = 0; j < widths[k]!; j++) visit(place, k, j, at++);
    });
  };
  const base = Array.from(bias, (value, output) => {
    let sum = value;
    each((_, k, j, at) => {
      sum += weights[output * width + at]! * reference[k]![j]!;
    });
    return factor * sum;
  });
  return {
    base,
    term,
    places,
    add: (values, give) =>
      each((place, k, j, at) => {
        const distance = numbersOf(values[place])[j]! - reference[k]![j]!;
        for (let output = 0; output < bias.length; output++)
          give(place, output, factor * weights[output * width + at]! * distance);
      }),
  };
}

/** 0 where there is no value: features are centred where training scales them. */
function meanPresent(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? 0 : present.reduce((sum, value) => sum + value, 0) / present.length;
}

/**
 * How much each input decides: the share of the variance that its splits take out of the leaf values, over the rows of the
 * leaves. Errors: PROGRAM_TARGET_UNSUPPORTED: a linear model, whose inputs' spread the program does not hold.
 */
export function importancesOf(
  parts: readonly Part[],
  sources: readonly (readonly number[])[],
  nameOf: (input: number) => string,
): Readonly<Record<string, number>> {
  const gains = new Map<number, number>();
  for (const { forest, term, places } of parts) {
    if (forest === undefined) throw unexplained("the importances of a linear model without rows");
    for (let n = 0; n < forest.feature.length; n++) {
      const gain = term.factor * term.factor * gainOf(forest, n);
      const from = sources[places[forest.feature[n]!]!]!;
      for (const input of from) gains.set(input, (gains.get(input) ?? 0) + gain / from.length);
    }
  }
  const total = [...gains.values()].reduce((sum, gain) => sum + gain, 0);
  const sorted = [...gains].sort(([a, x], [b, y]) => y - x || a - b);
  return Object.fromEntries(sorted.map(([input, gain]) => [nameOf(input), total === 0 ? 0 : gain / total]));
}

function gainOf(forest: Forest, node: number): number {
  const [left, right] = [forest.left[node]!, forest.right[node]!];
  const [a, b] = [forest.coverOf(left), forest.coverOf(right)];
  const apart = meanOf(forest, left) - meanOf(forest, right);
  return a + b === 0 ? 0 : ((a * b) / (a + b)) * apart * apart;
}
