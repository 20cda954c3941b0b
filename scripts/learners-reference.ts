// Writes the tables of options in docs/reference/learners.md anew from the learners' schemas; what stands around them stays.
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { clusterOptions, learners } from "#learn";

const path = new URL("../docs/reference/learners.md", import.meta.url);

/** The page with each learner's table of options as its schema says. */
export function withTables(page: string): string {
  const schemas = new Map(Object.values(learners).map(({ name, options }) => [`\`${name}\``, options as z.ZodObject]));
  schemas.set("Clusters", clusterOptions);
  return page
    .split(/^(?=## )/m)
    .map((section) => {
      const schema = schemas.get(/^## (.*)$/m.exec(section)?.[1] ?? "");
      return schema === undefined ? section : section.replace(/(?:^\| .*\n|^\|---.*\n)+/m, tableOf(schema));
    })
    .join("");
}

function tableOf(schema: z.ZodObject): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
  const rows = Object.entries(properties).map(([name, own]) => {
    const { default: value, description = "" } = own as { default?: unknown; description?: string };
    return `| \`${name}\` | ${value === undefined ? "" : `\`${JSON.stringify(value)}\``} | ${description} |\n`;
  });
  return ["| option | default | meaning |\n", "|---|---|---|\n", ...rows].join("");
}

if (import.meta.main) writeFileSync(path, withTables(readFileSync(path, "utf8")));
