import * as elementary from "../index.ts";
import { pickFrom } from "./parity.ts";

/** Arguments of the elementary functions with what they give; all doubles as the 16 hexadecimal digits of their bits. */
export function elementaryCases(): { readonly name: string; readonly arguments: string; readonly result: string }[] {
  const odd = [
    0, -0, 1e-310, 5e-324, 1e-200, 0.3, -0.29, 0.34, 0.41, 1, -1, 2, 36.7, -40.1, 40.5, 709.79, 709.9, -708.5, -745.2,
    -745.3,
  ];
  const large = [
    1048575.9,
    1048576,
    1e7,
    3e22,
    1e300,
    -1e300,
    1.7976931348623157e308,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ];
  const pick = pickFrom(9);
  const random = () => (pick(2_000_001) - 1_000_000) / 10 ** pick(8);
  const values = [...odd, ...large, ...odd.map((x) => -x), ...Array.from({ length: 3000 }, random)];
  const one = {
    exp: elementary.exp,
    expm1: elementary.expm1,
    log: elementary.log,
    log1p: elementary.log1p,
    sin: elementary.sin,
  };
  const more = { cos: elementary.cos, tanh: elementary.tanh, sigmoid: elementary.sigmoid };
  const cases = Object.entries({ ...one, ...more }).flatMap(([name, apply]) =>
    values.map((x) => ({ name, arguments: bits(x), result: bits(apply(x)) })),
  );
  for (let i = 0; i < 4000; i++) {
    const x = i < 1600 ? values[i % 40]! : Math.abs(random());
    const y = i < 1600 ? values[Math.floor(i / 40)]! : random();
    cases.push({ name: "pow", arguments: `${bits(x)} ${bits(y)}`, result: bits(elementary.pow(x, y)) });
  }
  return cases;
}

/** The bits of a double; every NaN has the same. */
function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return Number.isNaN(x) ? "7ff8000000000000" : view.getBigUint64(0).toString(16).padStart(16, "0");
}
