import { joinKeys, type Key } from "./keys.ts";
import { type CellTarget, orderedMeans } from "./ordered-means.ts";

/** Features that are combined: more make too many combinations. */
const mostCombined = 12;
/** Features of one combination. */
const widest = 4;

type Target = Omit<CellTarget, "places" | "width">;

interface Judged {
  readonly key: Key;
  readonly means: readonly Float64Array[];
  readonly error: number;
}

/**
 * The combinations of features whose levels together tell most beyond what their parts tell, by the squared errors of ordered
 * means: pairs, then those with a third and a fourth feature, at most `most` in all, half of them pairs where there are more.
 * Each feature's best come first: of a feature of very many levels every combination loses by itself, and tells beside others.
 */
export function chooseCombinations(
  keys: readonly Key[],
  targets: readonly Target[],
  order: Uint32Array,
  most: number,
): Key[] {
  if (most === 0 || keys.length < 2) return [];
  const whole = errorOf(targets, order, (k) => targets[k]!.prior);
  const judge = (key: Key): Judged => {
    const means = targets.map((target) => orderedMeans({ ...key, ...target }, order));
    return { key, means, error: errorOf(targets, order, (k, row) => means[k]![row]!) };
  };
  const singles = keys
    .map(judge)
    .sort((a, b) => a.error - b.error)
    .slice(0, mostCombined)
    .sort((a, b) => a.key.features[0]! - b.key.features[0]!);
  const extended = (part: Judged, single: Judged) => {
    const made = judge(joinKeys(part.key, single.key));
    const apart = errorOf(
      targets,
      order,
      (k, row) => part.means[k]![row]! + single.means[k]![row]! - targets[k]!.prior,
    );
    return { ...made, gain: Math.min(whole, part.error, single.error, apart) - made.error };
  };
  const chosen: Judged[] = [];
  let parts = singles;
  for (let width = 2; width <= Math.min(widest, keys.length) && chosen.length < most; width++) {
    const seen = new Set<string>();
    const candidates = parts.flatMap((part) =>
      singles.flatMap((single) => {
        if (part.key.features.includes(single.key.features[0]!)) return [];
        // Numbers of cells must be exact.
        if ([...part.key.widths, ...single.key.widths].reduce((a, b) => a * b) > 2 ** 52) return [];
        const name = [...part.key.features, ...single.key.features].sort((a, b) => a - b).join("/");
        if (seen.has(name)) return [];
        seen.add(name);
        return [extended(part, single)];
      }),
    );
    const room = width === widest ? most - chosen.length : Math.ceil((most - chosen.length) / 2);
    parts = byTurns(candidates).slice(0, room);
    if (parts.length === 0) break;
    chosen.push(...parts);
  }
  return chosen.map(({ key }) => key);
}

/** The best of each feature, then the second best of each, and so on. */
function byTurns<One extends Judged & { readonly gain: number }>(candidates: readonly One[]): One[] {
  const met = new Map<number, number>();
  return candidates
    .toSorted((a, b) => b.gain - a.gain)
    .map((one) => {
      const places = one.key.features.map((feature) => met.get(feature) ?? 0);
      for (const feature of one.key.features) met.set(feature, (met.get(feature) ?? 0) + 1);
      return { one, turn: Math.min(...places) };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ one }) => one);
}

function errorOf(
  targets: readonly Target[],
  order: Uint32Array,
  guess: (target: number, row: number) => number,
): number {
  let error = 0;
  for (const [k, { target, weights }] of targets.entries())
    for (const row of order) error += (weights?.[row] ?? 1) * (target[row]! - guess(k, row)) ** 2;
  return error;
}
