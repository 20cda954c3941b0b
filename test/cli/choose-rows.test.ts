import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace } from "./millrace.ts";

let cwd = "";
const day = (k: number) => new Date(Date.UTC(2020, 0, 1 + Math.floor(k / 4))).toISOString().slice(0, 10);
// Two hundred rows over fifty days; from February on trips are longer, and those of B are longest.
const rows = Array.from({ length: 200 }, (_, k) => {
  const later = k >= 31 * 4;
  return [
    k,
    day(k),
    k % 2 === 0 ? "A" : "B",
    (k % 10) + (later ? 5 : 0) + (later && k % 2 === 1 ? 20 : 0),
    1 + (k % 3),
  ];
});
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "millrace-choose-"));
  await writeFile(
    join(cwd, "trips.csv"),
    `id,day,place,miles,people\n${rows.map((row) => row.join(",")).join("\n")}\n`,
  );
});
afterAll(() => rm(cwd, { recursive: true, force: true }));
const run = (...args: string[]) => millrace(["data", ...args], { cwd });

test("every command that looks at rows takes spans, conditions and queries", async () => {
  const time = ["--time", "day"];
  expect(run("stats", "trips.csv@2020-01", ...time, "--where", "place = 'A'", "--json").json().rows).toBe(62);
  expect(run("infer-schema", "trips.csv@2020-01", ...time, "--ranges", "--out", "january.pbtxt").code).toBe(0);
  expect(await readFile(join(cwd, "january.pbtxt"), "utf8")).toMatch(/max: 9\.0?|max: 9\n/);
  const held = (...args: string[]) => run("validate", ...args, "--schema", "january.pbtxt", "--json").json();
  expect(held("trips.csv@2020-01", ...time).ok).toBe(true);
  const long = held("trips.csv", "--where", "id < 130 AND miles > 9").anomalies.map(
    ({ type, offendingRows }: { type: string; offendingRows: number }) => [type, offendingRows],
  );
  expect(long).toEqual([
    ["INT_TYPE_BIG_INT", 5],
    ["INT_TYPE_BIG_INT", 5],
  ]);
  const drift = (...args: string[]) => run("drift", ...args, "--columns", "miles", "--json").json();
  expect(drift("trips.csv@2020-01", "trips.csv@2020-02", ...time).drifted).toBe(true);
  expect(drift("trips.csv@2020-01", "trips.csv@2020-01", ...time).drifted).toBe(false);
  expect(drift("trips.csv", "trips.csv", "--sql", "SELECT miles FROM input WHERE people = 1").rows).toEqual({
    reference: 67,
    current: 67,
  });
  const changed = run("diff", "trips.csv@2020-01", "trips.csv@2020", ...time, "--key", "id", "--json").json();
  expect([changed.keyed.added, changed.keyed.same]).toEqual([76, 124]);
  expect(
    run(
      "profile",
      "trips.csv@2020-W06",
      "trips.csv@2020-W07",
      ...time,
      "--slice-where",
      "many: people > 1",
      "--out",
      "p.html",
    ).stdout,
  ).toMatch(/5 columns, 28 rows of trips.csv@2020-W06, 28 rows/);
  expect(await readFile(join(cwd, "p.html"), "utf8")).toContain("many_true");
});

test("slices are held to the schema by themselves, and weights count", async () => {
  const schema = `feature { name: "place" type: BYTES } feature { name: "id" type: INT } feature { name: "day" type: INT }
    feature { name: "people" type: INT } feature { name: "miles" type: INT int_domain { max: 14 } }`;
  await writeFile(join(cwd, "held.pbtxt"), schema);
  const found = run(
    "validate",
    "trips.csv",
    "--schema",
    "held.pbtxt",
    "--slices",
    "place",
    "--slice-where",
    "early: id < 50",
    "--weight",
    "people",
    "--json",
  );
  expect(found.code).toBe(4);
  const told = found.json().slices.map(({ slice, ok, rows }: Record<string, unknown>) => [slice, ok, rows]);
  expect(told).toEqual([
    ["place_A", true, 100],
    ["place_B", false, 100],
    ["early_true", true, 50],
  ]);
  expect(run("validate", "trips.csv", "--schema", "held.pbtxt", "--slices", "place").stdout).toContain(
    "✗ place_B (100 rows), miles: Out-of-range values: Unexpectedly large value: 34.\n1 of 2 slices keep to the schema.",
  );
});

test("diff and infer-schema answer for slices, and diff for weights", async () => {
  const edited = rows.filter(([id]) => id !== 7).map((row) => (row[0] === 8 ? [8, row[1], "B", 50, row[4]] : row));
  await writeFile(
    join(cwd, "edited.csv"),
    `id,day,place,miles,people\n${edited.map((row) => row.join(",")).join("\n")}\n`,
  );
  const of = ["--key", "id", "--slices", "place", "--slice-where", "far: miles > 40", "--weight", "people"];
  const { rows: counts, weight, keyed, slices } = run("diff", "trips.csv", "edited.csv", ...of, "--json").json();
  expect([counts, weight]).toEqual([
    { before: 200, after: 199 },
    { before: 399, after: 397 },
  ]);
  expect(keyed).toMatchObject({ removed: 1, changed: 1, same: 198, weights: { removed: 2, changed: 3, added: 0 } });
  expect(keyed.slices.map((one: Record<string, unknown>) => [one.slice, one.removed, one.entered, one.left])).toEqual([
    ["place_A", 0, 0, 1],
    ["place_B", 1, 1, 0],
    ["far_true", 0, 1, 0],
  ]);
  const far = slices.find(({ slice }: { slice: string }) => slice === "far_true");
  expect([far.rows, far.weight]).toEqual([
    { before: 0, after: 1 },
    { before: 0, after: 3 },
  ]);
  const inferred = run("infer-schema", "trips.csv", "--slices", "place", "--ranges", "--out", "whole.pbtxt");
  expect(inferred.stdout).toContain("place_A: feature miles: int_domain.max: 34 → 13");
  expect(run("validate", "trips.csv", "--schema", "whole.place_A.pbtxt", "--where", "place = 'A'").code).toBe(0);
  expect(run("validate", "trips.csv", "--schema", "whole.place_A.pbtxt").code).toBe(4);
  expect(run("diff", "whole.pbtxt", "whole.place_A.pbtxt", "--slices", "place").stderr).toContain("are schemas");
});

test("a span that cannot be is refused with what would help", () => {
  expect(run("stats", "trips.csv@2020-01").stderr).toContain("no column of times is named");
  expect(run("stats", "trips.csv@2031", "--time", "day").stderr).toContain('"day" goes from 2020-01-01 to 2020-02-19');
  expect(run("stats", "trips.csv@2020", "--time", "place").stderr).toContain("spans need a timestamp");
  expect(run("stats", "trips.csv", "--where", "plase = 'A'").stderr).toContain("place");
  expect(run("validate", "trips.csv", "--schema", "held.pbtxt", "--weight", "persons").stderr).toContain("people");
});
