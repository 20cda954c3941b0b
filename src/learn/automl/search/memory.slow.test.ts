import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { automl } from "../automl.ts";

test("a trial that needs more memory than there is ends the search with what it has", async () => {
  const rows = 900;
  const random = randomStream(2, "memory");
  const columns = new Map<string, Column>();
  for (let k = 0; k < 2500; k++)
    columns.set(`x${k}`, { type: "number", values: Float64Array.from({ length: rows }, () => random.uniform()) });
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const column = columns.get("x7") as { values: Float64Array };
    return column.values[i]! + 0.5 * random.uniform();
  });
  columns.set("y", { type: "number", values: y });
  const train: Frame = { rows, columns };
  const asked = { target: "y", task: "regression", folds: 2, train } as const;
  // Histograms of 1024 leaves of 2500 columns with 255 bins are more than 4 GB.
  const large = { learner: "gbdt", options: { leaves: 1024 } };
  const found = await automl({ ...asked, learners: [{ learner: "tree", options: {} }, large] }, plainContext());
  expect(found.ended).toBe("memory");
  expect(found.leaderboard.map(({ learner }) => learner).toSorted()).toEqual(["constant", "tree"]);
  expect(found.program.outputs.task).toBe("regression");
  // With no model at hand there is nothing to end with.
  await expect(automl({ ...asked, learners: [large] }, plainContext())).rejects.toMatchObject({
    code: "LEARN_MEMORY_SHORT",
  });
});
