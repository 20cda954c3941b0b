import { expect, test } from "vitest";
import { selectRows } from "#dataset";
import { randomStream } from "#kernel";
import { goldenCsv } from "../../goldens/golden-csv.ts";
import { computeStatistics } from "../../statistics/compute-statistics.ts";
import { finishStatistics } from "../../statistics/finish/finish-statistics.ts";
import { partialStatistics } from "../../statistics/partial/partial-statistics.ts";
import { statisticsFromBinary } from "../../statistics/proto/from-proto.ts";
import { statisticsToBinary } from "../../statistics/proto/to-proto.ts";
import { compareWindows } from "../compare-windows.ts";
import { compareStatistics } from "./compare-statistics.ts";

// The taxi golden, where nothing drifted between train and eval: the reference reports 0.28 to 0.70 of some columns.
const golden = (file: string) => goldenCsv(new URL(`../../goldens/tfdv/taxi/${file}`, import.meta.url));
const [train, evaluation] = [golden("train.csv"), golden("eval.csv")];
const options = { tests: ["js"] };
const passed = statisticsFromBinary;
const valuesOf = ({ columns }: ReturnType<typeof compareWindows>) =>
  new Map(columns.filter(({ test: by }) => by === "js").map(({ name, value }) => [name, value!]));

test("nothing drifted in the taxi golden, from rows and from statistics alone, and both say the same", () => {
  const rows = valuesOf(compareWindows(train, evaluation, options));
  const [a, b] = [train, evaluation].map((frame) => passed(statisticsToBinary(computeStatistics(frame))));
  const statistics = valuesOf(compareStatistics(a!, b!, options));
  expect([...statistics.keys()]).toEqual([...rows.keys()]);
  expect(rows.size).toBeGreaterThan(12);
  for (const [name, value] of rows) {
    expect(value, name).toBeLessThanOrEqual(0.005);
    expect(statistics.get(name), name).toBeLessThanOrEqual(0.005);
    expect(Math.abs(statistics.get(name)! - value), name).toBeLessThan(0.002);
  }
});

test("nor do shuffled halves of it, whatever is kept of the numbers", () => {
  const all = train;
  const random = randomStream(7, "halves");
  const order = Uint32Array.from({ length: all.rows }, (_, row) => row);
  for (let k = order.length - 1; k > 0; k--) {
    const other = random.integer(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  const halves = [order.slice(0, all.rows / 2), order.slice(all.rows / 2)].map((half) => selectRows(all, half));
  for (const limit of [50, 1e6]) {
    const [a, b] = halves.map((half) => finishStatistics(partialStatistics(half, { limit })));
    for (const { name, test: by, value } of compareStatistics(a!, b!, options).columns)
      if (by === "js") expect(value, name).toBeLessThanOrEqual(0.005);
  }
});
