import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { millrace } from "./millrace.ts";
import { smallProject } from "./small-project.ts";

test("a model that was trained with a recipe scores rows as they come as it scores cleaned ones, exported or not", async () => {
  const folder = await smallProject({ trials: 4 });
  try {
    const [data, config] = [join(folder, "data/customers.csv"), join(folder, "millrace.config.ts")];
    const [header, ...rows] = (await readFile(data, "utf8")).trim().split("\n");
    const dirty = rows.map((row, k) => {
      const [id, age, plan, visits, churned] = row.split(",");
      const spelt = k % 5 === 0 ? (plan === "gold" ? "gould" : `${plan}!`) : k % 31 === 0 ? "unknown" : plan;
      return [id, k % 17 === 0 ? "-999" : k % 19 === 0 ? "170" : age, spelt, visits, churned].join(",");
    });
    const clean = dirty.map((row) =>
      row
        .replace(",gould,", ",gold,")
        .replace(/(basic|plus)!/, "$1")
        .replace(",unknown,", ",,")
        .replace(",-999,", ",,")
        .replace(",170,", ",65,"),
    );
    await writeFile(data, `${[header, ...dirty].join("\n")}\n`);
    await writeFile(join(folder, "clean.csv"), `${[header, ...clean].join("\n")}\n`);
    const recipe = `  clean: {
    plan: { merge: { gould: "gold", "basic!": "basic", "plus!": "plus" }, nullValues: ["unknown"] },
    age: { nullValues: [-999], clip: [18, 65] },
  },
  gate: { exports: ["js"], minimum: {} },
  learn:`;
    await writeFile(config, (await readFile(config, "utf8")).replace("  learn:", recipe));
    const turned = await millrace(["run", "--project", folder]);
    expect([0, 3], turned.stderr).toContain(turned.code);
    const verified = await millrace(["model", "verify", "churn:1", "--targets", "js,python,sql", "--project", folder]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    const scores = async (model: string, rowsOf: string) => {
      const { code, stdout, stderr } = await millrace(["score", model, rowsOf, "--project", folder, "--json"]);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout).predictions.map(({ score }: { score: number }) => score);
    };
    const raw = await scores("churn:1", data);
    // Ages above 65 are clipped by the program, not by hand: rows that differ only there score alike, too.
    expect(raw).toEqual(await scores("churn:1", join(folder, "clean.csv")));
    expect(new Set(raw).size).toBeGreaterThan(20);
    const quality = await millrace(["data", "quality", data, "--propose", join(folder, "clean.json")]);
    expect(quality.code).toBe(0);
    const proposed = JSON.parse(await readFile(join(folder, "clean.json"), "utf8"));
    expect(proposed.plan).toEqual({ nullValues: ["unknown"], merge: { "basic!": "basic", "plus!": "plus" } });
    expect(proposed.age.nullValues).toEqual([-999]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
