import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { millrace, millraceJson } from "../loop/millrace.ts";

/** A number of one row, far from all others. */
const income = 8_413_907;
const incomeBytes = Buffer.from(Float64Array.of(income).buffer).toString("latin1");
/** Texts of single rows: a rare level of a column with few, the same of a sensitive one, and a text that each row has its own of. */
const planted = [
  "ottilie.krummbiegel@rare.example",
  "Quillbourne Hall 7",
  "@each.example",
  String(income),
  "8,413,907",
];

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
    const earned = k === 77 ? income : 20_000 + random.integer(40_000);
    return `c${k},${age},${visits},${earned},${town},${contact},user${k}@each.example,r${k % 3},${leaning > 0 ? "yes" : "no"}`;
  });
  await writeFile(
    join(folder, "data", "customers.csv"),
    `${["id,age,visits,income,town,contact,mail,region,churned", ...lines].join("\n")}\n`,
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
  roles: { id: ["id"], sensitive: ["town"], metadata: ["region"] },
  learn: { budgetTrials: 4, explanations: true, outOfDomain: 0.1, abstain: {} },
  evaluate: { capacity: { actions: 1, outOf: 10 }, maxError: 0.2, importance: { town: 3 }, slices: ["contact"] },
  robustness: { attacks: { rows: 20 } },
  gate: { attacks: { maxFlipped: 1 }, minimum: { rocAucScore: 0.6 } },
});
`,
  );
  const turned = await millrace(["run", "--project", folder]);
  expect(turned.code, turned.stdout + turned.stderr).toBe(0);
}, 180_000);
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
    expect(text, `${file} holds the bytes of ${income}`).not.toContain(incomeBytes);
    for (const value of planted) expect(text, `${file} tells ${value}`).not.toContain(value);
  }
  // What many rows have is there, so the files were looked into.
  expect(texts.get("churn.millrace")).toContain("phone");
  expect(texts.get("card.html")).toContain("Under attack");
  expect(texts.get("card.html")).toContain("learned from 50 answers");
});

test("rows unlike any before are counted as such; a config's wishes hold for rows that are named, and flags win", {
  timeout: 120_000,
}, async () => {
  const [header = "", ...lines] = (await readFile(join(folder, "data", "customers.csv"), "utf8")).trim().split("\n");
  // Rows unlike any training row, and rows like them; the column of the regions has another name.
  const odd = lines.slice(0, 20).map((line) => line.replace(/,\d+,\d+,\d+,/, ",900,900,90000000,"));
  await writeFile(
    join(folder, "odd.csv"),
    `${[header.replace("region", "zone"), ...odd, ...lines.slice(100, 220)].join("\n")}\n`,
  );
  const evaluate = ["evaluate", "churn:1", join(folder, "odd.csv"), "--project", folder];
  interface Found {
    readonly notes: readonly string[];
    readonly decision: { readonly capacityShare: number; readonly chosenOn: string };
    readonly slices: readonly { readonly name: string }[];
    readonly pictures: { readonly coverage: { readonly maxError: number } };
    readonly outputs: { readonly abstainedShare: number };
  }
  const found = await millraceJson<Found>([...evaluate, "--out", join(folder, "odd.html")]);
  expect(found.outputs.abstainedShare).toBeGreaterThanOrEqual(20 / 140);
  expect(await readFile(join(folder, "odd.html"), "utf8")).toContain("of the rows get no prediction");
  expect(found.decision).toMatchObject({ capacityShare: 0.1, chosenOn: "other parts of these rows" });
  expect(found.pictures.coverage.maxError).toBe(0.2);
  expect(found.notes.join()).toMatch(/names region under evaluate.slices or roles; these rows have no column region/);
  expect(found.slices.some(({ name }) => name.startsWith("contact = "))).toBe(true);
  const typed = await millraceJson<Found>([...evaluate, "--slices", "town", "--capacity", "1/4", "--max-error", "0.3"]);
  expect(typed.decision.capacityShare).toBe(0.25);
  expect(typed.pictures.coverage.maxError).toBe(0.3);
  expect(typed.slices.every(({ name }) => name.startsWith("town = "))).toBe(true);
});
