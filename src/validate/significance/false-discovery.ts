/**
 * p-values adjusted for having looked many times: below α, at most a share α of what is called drifted is chance.
 *
 * Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57, 1995.
 */
export function adjustForMany(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  order.forEach((index, position) => {
    least = Math.min(least, (pValues[index]! * pValues.length) / (pValues.length - position));
    adjusted[index] = least;
  });
  return adjusted;
}
