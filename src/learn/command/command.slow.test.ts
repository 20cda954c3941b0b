import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { scoresOf } from "../automl/trial/scores.ts";
import { frozen, frozenInput, frozenRows, plain } from "../test-data/learner-peers.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { command } from "./command.ts";
import { commandOptions } from "./options.ts";

const place = (file: string) => fileURLToPath(new URL(`test-data/${file}`, import.meta.url));

const train = (how: string, more: object = {}) =>
  command.fit(
    frozenInput("binary", true),
    commandOptions.parse({ command: [process.execPath, place("trainer.mjs"), how], ...more }),
    plain,
  );

test("a command's model is a program, and scores as it", async () => {
  const model = await train("good");
  const judged = frozenRows("binary", true, true);
  expectProgramScores(command, model, judged.features, judged.rows);
  const means = [0, 1].map((side) => {
    const rows = frozenRows("binary", false, false);
    const mean = rows.features[0]!.values.reduce((sum, value) => sum + value, 0) / rows.rows;
    const own = rows.target.filter((_, i) => rows.features[0]!.values[i]! > mean === (side === 1));
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  const scores = scoresOf("binary", 2, command.predict(model, judged.features, judged.rows));
  for (const score of scores) expect(Math.min(...means.map((mean) => Math.abs(mean - score)))).toBeLessThan(1e-9);
});

test.for([
  ["fails", /ended with code 3[\s\S]*there is no such column/],
  ["nothing", /its folder has none of model.millrace/],
  ["several", /several models: model.json, model.txt/],
  ["link", /model.txt is no plain file/],
  ["garbage", /This is no LightGBM model that can be read/],
  ["columns", /reads "income" as number; it may read f0 … f4/],
  ["task", /holds a regression model for a binary task/],
] as const)("a trainer that %s is refused in so many words", async ([how, message]) => {
  await expect(train(how)).rejects.toThrow(message);
  await expect(train(how)).rejects.toMatchObject({ code: "LEARN_TRAINER_FAILED" });
});

test("a trainer that takes too long is ended; one that is not there, or is none, is told", async () => {
  await expect(train("sleeps", { timeLimitSeconds: 3 })).rejects.toThrow(/took longer than 3 s/);
  await expect(train("good", { command: ["/no/such/trainer"] })).rejects.toThrow(/cannot be started/);
  await expect(train("good", { command: [] })).rejects.toMatchObject({ code: "LEARN_OPTION_INVALID" });
  await expect(train("good", { function: "a.py#b" })).rejects.toThrow(/it has both/);
  const stopped = command.fit(
    frozenInput("binary", true),
    commandOptions.parse({ command: [process.execPath, place("trainer.mjs"), "sleeps"] }),
    { ...plain, stopping: () => true },
  );
  await expect(stopped).rejects.toThrow(/the search was stopped/);
});

test("a Python function through uv: LightGBM's model, imported", async () => {
  const packages = ["lightgbm", "pandas", "pyarrow"].flatMap((name) => ["--with", name]);
  const options = commandOptions.parse({
    function: `${place("train.py")}#train`,
    python: ["uv", "run", "--quiet", "--no-project", ...packages, "python"],
  });
  const model = await command.fit(frozenInput("binary", true), options, plain);
  const judged = frozenRows("binary", true, true);
  expectProgramScores(command, model, judged.features, judged.rows);
  const scores = scoresOf("binary", 2, command.predict(model, judged.features, judged.rows));
  const { rocAucScore } = evaluate("binary", { scores, labels: judged.target }, { draws: 0 }).metrics;
  expect(rocAucScore!.value!).toBeGreaterThan(frozen.gam.auc - 0.05);
}, 300_000);
