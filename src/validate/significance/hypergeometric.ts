import { exp, log } from "@millrace/program";
import type { RandomStream } from "#kernel";

const table = new Float64Array(1024);
for (let n = 2; n < table.length; n++) table[n] = table[n - 1]! + log(n);
const halfLogTau = 0.5 * log(2 * Math.PI);

/** ln n!, by Stirling's series beyond 1,023 (to 1e-15 of its size). */
export function logFactorial(n: number): number {
  if (n < table.length) return table[n]!;
  return (n + 0.5) * log(n) - n + halfLogTau + (1 - 1 / (30 * n * n)) / (12 * n);
}

/**
 * How many marked rows come up when `draws` rows are drawn from `total`, of which `marked` are: one random number, by
 * inversion outwards from the mode, in a number of steps of the order of the standard deviation.
 *
 * Source: inversion by chop-down from the mode; V. Kachitvichyanukul, B. Schmeiser, J. Stat. Comput. Simul. 22, 1985, §2.
 */
export function drawHypergeometric(marked: number, draws: number, total: number, random: RandomStream): number {
  const least = Math.max(0, draws - (total - marked));
  const most = Math.min(marked, draws);
  if (least === most) return least;
  if (marked <= 3) return drawOneByOne(marked, draws, total, random);
  const mode = Math.floor(((marked + 1) * (draws + 1)) / (total + 2));
  const rest = total - marked - draws;
  const atMode = exp(
    logFactorial(marked) +
      logFactorial(total - marked) +
      logFactorial(draws) +
      logFactorial(total - draws) -
      logFactorial(total) -
      logFactorial(mode) -
      logFactorial(marked - mode) -
      logFactorial(draws - mode) -
      logFactorial(rest + mode),
  );
  let u = random.uniform() - atMode;
  let [up, down] = [mode, mode];
  let [pUp, pDown] = [atMode, atMode];
  while (u > 0 && (up < most || down > least)) {
    if (up < most) {
      pUp *= ((marked - up) * (draws - up)) / ((up + 1) * (rest + up + 1));
      up++;
      u -= pUp;
      if (u <= 0) return up;
    }
    if (down > least) {
      pDown *= (down * (rest + down)) / ((marked - down + 1) * (draws - down + 1));
      down--;
      u -= pDown;
      if (u <= 0) return down;
    }
    // What rounding leaves of the unit interval belongs to no value: the tails have run out.
    if (pUp < 1e-300 && pDown < 1e-300) return mode;
  }
  return mode;
}

function drawOneByOne(marked: number, draws: number, total: number, random: RandomStream): number {
  let found = 0;
  for (let i = 0; i < marked; i++) if (random.uniform() * (total - i) < draws - found) found++;
  return found;
}
