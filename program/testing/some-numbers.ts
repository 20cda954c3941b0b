import { pickFrom } from "./parity.ts";

/** Some numbers of every size, with the edges of the functions' ranges. */
export function someNumbers(count: number): number[] {
  const pick = pickFrom(9);
  const edges = [
    0,
    -0,
    1e-310,
    5e-324,
    1e-323,
    1.5e-323,
    1e-200,
    0.3,
    -0.29,
    0.41,
    0.34,
    1,
    -1,
    36.7,
    -40.1,
    709.9,
    -745.3,
    1e5,
    1048576,
    1e7,
    3e22,
    1e300,
    -1e300,
    1.7976931348623157e308,
    1e21,
    1e-6,
    1e-7,
    123456789012345680000,
    1 / 0,
    -1 / 0,
    2.2250738585072014e-308,
    9007199254740992,
    2e-3,
    9.5367431640625e-7,
    1e23,
    4.35,
    2 ** 70,
  ];
  const view = new DataView(new ArrayBuffer(8));
  const random = () => {
    view.setUint32(0, pick(65536) * 65536 + pick(65536));
    view.setUint32(4, pick(3) === 0 ? 0 : pick(65536) * 65536 + pick(65536));
    return view.getFloat64(0);
  };
  return [
    ...edges,
    ...Array.from({ length: count }, (_, i) =>
      i % 3 === 0 ? random() : (pick(2_000_001) - 1_000_000) / 10 ** pick(12),
    ),
  ];
}
