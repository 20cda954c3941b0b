import { expect, test } from "vitest";
import { findBins } from "./find-bins.ts";

test("values that are missing in every other row are seen in the sample of many rows", () => {
  const rows = 400_000;
  const values = Float64Array.from({ length: rows }, (_, i) => i % 7);
  const missing = Uint8Array.from(values, (_, i) => Number(i % 2 === 0));
  const bins = findBins({ name: "x", kind: "numeric", values, missing }, rows, 255, 3);
  expect(bins.kind === "numeric" && [...bins.bounds]).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, Number.POSITIVE_INFINITY]);
});
