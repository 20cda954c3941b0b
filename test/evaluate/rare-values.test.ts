import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { millrace } from "../loop/millrace.ts";

/** Texts of single rows: a rare level of a column with few, the same of a sensitive one, and a text that each row has its own of. */
const planted = ["ottilie.krummbiegel@rare.example", "Quillbourne Hall 7", "@each.example"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-rare-"));
  await mkdir(join(folder, "data"));
  const random = randomStream(5, "rare");
  const lines = Array.from({ length: 500 }, (_, k) => {
    const [age, visits] = [20 + random.integer(50), random.integer(30)];
    const contact = k === 77 ? planted[0] : ["phone", "post"][random.integer(2)];
    const town = k === 11 ? planted[1] : ["north", "south", "east"][random.integer(3)];
    const leaning = (visits < 10 ? 1 : -1) + (contact === "post" ? 0.8 : -0.4) + 2 * (random.uniform() - 0.5);
    return `c${k},${age},${visits},${town},${contact},user${k}@each.example,${leaning > 0 ? "yes" : "no"}`;
  });
  await writeFile(
    join(folder, "data", "customers.csv"),
    `${["id,age,visits,town,contact,mail,churned", ...lines].join("\n")}\n`,
  );
  await writeFile(
    join(folder, "millrace.config.ts"),
    `import { defineFactory } from "millrace";

export default defineFactory({
  name: "churn",
  task: "binary",
  target: "churned",
  positive: "yes",
  data: { customers: { source: { kind: "file", path: "data/*.csv" } } },
  roles: { id: ["id"], sensitive: ["town"] },
  learn: { budgetTrials: 4, explanations: true },
  robustness: { attacks: { rows: 20 } },
  gate: { attacks: { maxFlipped: 1 }, minimum: { rocAucScore: 0.6 } },
});
`,
  );
  const turned = await millrace(["run", "--project", folder]);
  expect(turned.code, turned.stdout + turned.stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("no rare personal value is in a program, its golden rows, a card, a pack or a report", {
  timeout: 120_000,
}, async () => {
  const at = (name: string) => join(folder, name);
  const commands = [
    ["model", "card", "churn:1", "--out", at("card.html")],
    ["model", "card", "churn:1", "--pack", "annex-iv", "--out", at("annex.html")],
    ["model", "card", "churn:1", "--to", "json", "--out", at("card.json")],
    ["evaluate", "churn:1", "--out", at("report.html")],
    ["model", "export", "churn:1", "--out", at("churn.millrace")],
    ["data", "card", at("data/customers.csv"), "--out", at("data.html")],
  ];
  const said: string[] = [];
  for (const command of commands) {
    const place = command[0] === "data" ? [] : ["--project", folder];
    const { code, stdout, stderr } = await millrace([...command, ...place]);
    expect(code, stdout + stderr).toBe(0);
    said.push(stdout);
  }
  const files = ["card.html", "annex.html", "card.json", "report.html", "churn.millrace", "data.html"];
  const texts = new Map(
    await Promise.all(files.map(async (file) => [file, (await readFile(at(file))).toString("latin1")] as const)),
  );
  texts.set("the terminal", said.join("\n"));
  for (const [file, text] of texts) {
    expect(text.length).toBeGreaterThan(100);
    for (const value of planted) expect(text, `${file} tells ${value}`).not.toContain(value);
  }
  // What many rows have is there, so the files were looked into.
  expect(texts.get("churn.millrace")).toContain("phone");
  expect(texts.get("card.html")).toContain("Under attack");
  expect(texts.get("card.html")).toContain("learned from 50 answers");
});
