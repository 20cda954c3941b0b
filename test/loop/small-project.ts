import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "#kernel";

/** A folder with a few hundred customers and a config, so that one turn of the loop takes two or three seconds. */
export async function smallProject(
  options: { readonly trials?: number; readonly rows?: number } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-loop-"));
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "data", "customers.csv"), customers(options.rows ?? 400, "c"));
  await writeFile(join(folder, "millrace.config.ts"), config(options.trials ?? 2));
  return folder;
}

/** Customers as CSV; those of another prefix are others. */
export function customers(rows: number, prefix: string): string {
  const random = randomStream(7, `customers ${prefix}`);
  const lines = Array.from({ length: rows }, (_, k) => {
    const age = 20 + random.integer(50);
    const plan = ["basic", "plus", "gold"][random.integer(3)]!;
    const visits = random.integer(30);
    const leaning = (visits < 10 ? 1 : -1) + (plan === "basic" ? 0.8 : -0.4) + 2 * (random.uniform() - 0.5);
    return `${prefix}${k},${age},${plan},${visits},${leaning > 0 ? "yes" : "no"}`;
  });
  return `${["id,age,plan,visits,churned", ...lines].join("\n")}\n`;
}

function config(trials: number): string {
  return `import { defineFactory } from "millrace";

export default defineFactory({
  name: "churn",
  task: "binary",
  target: "churned",
  positive: "yes",
  data: { customers: { source: { kind: "file", path: "data/*.csv" } } },
  roles: { id: ["id"] },
  learn: { budgetTrials: ${trials} },
});
`;
}
