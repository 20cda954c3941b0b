import { expect, test } from "vitest";
import { type Assumption, checkAssumptions } from "#validate";
import { goldenFrame } from "../goldens/golden-csv.ts";

const frame = goldenFrame(
  ["id", "age", "size"],
  [
    ["1", "31", "Small"],
    ["2", "-4", "Large"],
    ["2", "", "Huge"],
  ],
);
const given = (check: Assumption["check"]): Assumption => ({
  name: "n",
  owner: "ana",
  statement: "s",
  ...(check && { check }),
});
const verdict = (check: Assumption["check"]) => checkAssumptions([given(check)], frame)[0]!;

test("each predicate, with its rows", () => {
  expect(verdict({ column: "age", min: 0 })).toMatchObject({
    verdict: "broken",
    offendingRows: 1,
    examples: [{ row: 2, value: -4 }],
  });
  expect(verdict({ column: "age", min: 0, share: 0.6 }).verdict).toBe("holds");
  expect(verdict({ column: "age", max: 120 })).toMatchObject({ verdict: "holds", evidence: "3 of 3 rows keep to it" });
  expect(verdict({ column: "age", notMissing: true }).examples).toEqual([{ row: 3, value: null }]);
  expect(verdict({ column: "size", inSet: ["Small", "Large"] }).examples).toEqual([{ row: 3, value: "Huge" }]);
  expect(verdict({ column: "id", unique: true }).examples).toEqual([{ row: 3, value: 2 }]);
  expect(verdict(undefined).verdict).toBe("unchecked");
});

test("dates as bounds of timestamps", () => {
  const at = { type: "timestamp", values: Float64Array.of(0, 86_400_000_000) } as const;
  const times = { rows: 2, columns: new Map([["at", at]]) };
  expect(checkAssumptions([given({ column: "at", max: "1970-01-01" })], times)[0]!.offendingRows).toBe(1);
});

test("an unknown column and a bound that does not fit are named", () => {
  expect(() => verdict({ column: "agee", min: 0 })).toThrow(/"agee".*age/);
  expect(() => verdict({ column: "size", min: 0 })).toThrow(expect.objectContaining({ code: "VALIDATE_COLUMN_TYPE" }));
  expect(() => verdict({ column: "age" })).toThrow(/at least one/);
});
