// node scripts/config-reference.ts [--check]: writes docs/reference/config.md from the config's schema, or fails where the page
// is not what the schema says.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { metrics } from "#evaluate";
import { factorySchema } from "#factory";

/** What this page needs of a JSON schema. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
}

export const pagePath = fileURLToPath(new URL("../docs/reference/config.md", import.meta.url));

/** The text of the reference page. */
export function configReference(): string {
  const root = z.toJSONSchema(factorySchema, { io: "input", unrepresentable: "any" }) as Shape;
  return [
    "# `millrace.config.ts`",
    "",
    "<!-- Written by scripts/config-reference.ts from src/factory/config.ts; a test holds it up to date. -->",
    "",
    "Every key that `defineFactory` takes. Keys without a default are optional unless they say *required*; a key that is not",
    "listed is an error that names the nearest one. [Write a config](../how-to/write-a-config.md) shows them in use.",
    "",
    ...section("", root, 2),
    "## Metrics",
    "",
    "What `metric` and the gate may name. Names that end in `Score` are better when greater, in `Loss` or `Error` when less.",
    "",
    "| metric | for | meaning |",
    "|---|---|---|",
    ...metrics.map(({ name, traits, meaning }) => `| \`${name}\` | ${traits.tasks.join(", ")} | ${cell(meaning)} |`),
    "",
  ].join("\n");
}

function section(path: string, shape: Shape, depth: number): string[] {
  const lines: string[] = [];
  if (path !== "") lines.push(`${"#".repeat(Math.min(depth, 4))} \`${path}\``, "");
  if (path !== "" && shape.description !== undefined) lines.push(`${sentence(shape.description)}`, "");
  const rows = Object.entries(shape.properties ?? {}).map(([name, value]) => {
    const required = shape.required?.includes(name) && value.default === undefined;
    return `| \`${name}\` | ${cell(typeText(value))} | ${cell(required ? "*required*" : defaultText(value))} | ${cell(value.description ?? "")} |`;
  });
  lines.push("| key | type | default | meaning |", "|---|---|---|---|", ...rows, "");
  for (const [name, value] of Object.entries(shape.properties ?? {}))
    for (const [label, part] of parts(path === "" ? name : `${path}.${name}`, value))
      lines.push(...section(label, part, path === "" ? 2 : depth + 1));
  return lines;
}

/** The objects below a value, each with the path that its section is named by. */
function parts(path: string, shape: Shape): (readonly [string, Shape])[] {
  if (shape.properties !== undefined) return [[path, shape]];
  if (shape.items !== undefined) return parts(`${path}[]`, shape.items);
  if (typeof shape.additionalProperties === "object") return parts(`${path}.NAME`, shape.additionalProperties);
  const choices = (shape.oneOf ?? shape.anyOf ?? []).filter((choice) => choice.properties !== undefined);
  return choices.flatMap((choice) => {
    const told = Object.entries(choice.properties ?? {}).find(([, value]) => value.const !== undefined);
    const mark =
      told === undefined
        ? choices.length > 1
          ? ` with ${Object.keys(choice.properties ?? {}).at(-1)}`
          : ""
        : ` (${told[0]}: ${JSON.stringify(told[1].const)})`;
    return parts(`${path}${mark}`, choice);
  });
}

function typeText(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((value) => JSON.stringify(value)).join(" or ");
  const choices = shape.oneOf ?? shape.anyOf;
  if (choices !== undefined) return [...new Set(choices.map(typeText))].join(" or ");
  if (shape.type === "array") return `list of ${shape.items === undefined ? "anything" : typeText(shape.items)}`;
  if (shape.type === "object" && shape.properties === undefined)
    return `names to ${typeof shape.additionalProperties === "object" ? typeText(shape.additionalProperties) : "anything"}`;
  return `${[shape.type ?? "anything"].flat().join(" or ")}${range(shape)}`;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Shape): string {
  const low = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
  const huge = (bound: number | undefined) => bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
  const high = exclusiveMaximum === undefined ? maximum : exclusiveMaximum;
  const parts = [
    ...(huge(low) ? [] : [`${exclusiveMinimum === undefined ? "from" : "above"} ${low}`]),
    ...(huge(high) ? [] : [`${exclusiveMaximum === undefined ? "to" : "below"} ${high}`]),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(" ")}`;
}

function defaultText({ default: value }: Shape): string {
  return value === undefined ? "" : `\`${JSON.stringify(value)}\``;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = configReference();
  if (!process.argv.includes("--check")) writeFileSync(pagePath, text);
  else if (readFileSync(pagePath, "utf8") !== text) {
    process.stderr.write("docs/reference/config.md is out of date. Run: node scripts/config-reference.ts\n");
    process.exitCode = 1;
  }
}
