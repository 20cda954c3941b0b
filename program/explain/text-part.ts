import { termRule, termWidth } from "../operators/text.ts";
import { murmur3 } from "../text/murmur3.ts";
import { dotTerms, type Terms, termReader, termTexts } from "../text/terms.ts";
import { byAmount, type FeatureValue, type Part, type TermShare } from "./parts.ts";
import type { Term } from "./terms.ts";

/**
 * A linear model over the terms of a text: each term adds weight × (its number − its mean over the background's texts; 0
 * without), also one that the text lacks. Those are the Shapley values where terms are taken as independent.
 * `background`: the text of each row.
 */
export function textPart(term: Term, places: readonly number[], background?: readonly FeatureValue[]): Part {
  const { factor } = term;
  const { attributes } = term.node;
  const rule = termRule(attributes);
  const read = termReader(rule);
  const textsOf = termTexts(rule);
  const width = termWidth(attributes);
  const [weights, bias] = [attributes.f64("weights"), attributes.f64("bias")];
  const place = places[0]!;
  const textOf = (values: readonly FeatureValue[]) => values[place] as string | null;
  const marginOf = (text: string | null, output: number) =>
    dotTerms(read(text), weights, bias[output]!, output * width);
  const mean = meanTerms(background as readonly (string | null)[] | undefined, read);
  const base = Array.from(bias, (value, output) => {
    let sum = value;
    for (const [k, number] of mean) sum += weights[output * width + k]! * number;
    return factor * sum;
  });
  // a place of a hash has no name but the terms of the text that fall on it; what the text lacks has none
  const namesOf = (terms: readonly string[]) => {
    const names: Record<number, string> = {};
    for (const term of new Set(terms)) {
      const k = murmur3(term) % width;
      names[k] = names[k] === undefined ? term : `${names[k]}, ${term}`;
    }
    return names;
  };
  const shareOf = (term: string, k: number, number: number): TermShare => ({
    term,
    amounts: Array.from(bias, (_, output) => factor * weights[output * width + k]! * number),
  });
  const levels = attributes.has("levels") ? attributes.levels("levels") : undefined;
  let lacking: readonly (TermShare & { readonly place: number })[] | undefined;
  /** What each term adds to a text that lacks it, greatest first. */
  const lackingTerms = () => {
    lacking ??= [...mean]
      .flatMap(([k, number]) => (levels === undefined ? [] : { place: k, ...shareOf(levels[k]!, k, -number) }))
      .sort(byAmount);
    return lacking;
  };
  const sharesOf = (text: string | null, most: number): readonly TermShare[] => {
    const { size, indexes, values } = read(text);
    const names = levels ?? namesOf(text === null ? [] : textsOf(text));
    const shares = new Map<number, TermShare>();
    for (let i = 0; i < size; i++) {
      const k = indexes[i]!;
      if (names[k] !== undefined) shares.set(k, shareOf(names[k], k, values[i]! - (mean.get(k) ?? 0)));
    }
    const present = new Set(shares.keys());
    for (const { place, term, amounts } of lackingTerms()) {
      if (shares.size - present.size >= most) break;
      if (!present.has(place)) shares.set(place, { term, amounts });
    }
    return [...shares.values()].sort(byAmount).slice(0, most);
  };
  return {
    base,
    term,
    places,
    add: (values, give) => {
      const text = textOf(values);
      for (let output = 0; output < bias.length; output++)
        give(place, output, factor * marginOf(text, output) - base[output]!);
    },
    terms: (values, most) => sharesOf(textOf(values), most),
  };
}

/** The mean number of each term over texts. */
function meanTerms(
  texts: readonly (string | null)[] | undefined,
  read: (text: string | null) => Terms,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const text of texts ?? []) {
    const { size, indexes, values } = read(text);
    for (let i = 0; i < size; i++) sums.set(indexes[i]!, (sums.get(indexes[i]!) ?? 0) + values[i]!);
  }
  return new Map([...sums].map(([k, sum]) => [k, sum / texts!.length]));
}
