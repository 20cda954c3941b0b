import type { JsonValue } from "@millrace/program";
import type { Proposal } from "./propose-problem.ts";

/** A column that tells, or may tell, the answer. */
export interface Suspicion {
  readonly column: string;
  /** The guardrail that found it; `guardrail:column` waives it. */
  readonly guardrail: string;
  /** True where the run would refuse to learn from it. */
  readonly blocked: boolean;
  readonly evidence: string;
}

/** What goes into the file beside the proposal. */
export interface ConfigFacts {
  readonly name: string;
  readonly dataset: string;
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  /** What `path` is; default: a file. */
  readonly kind?: "file" | "images";
  /** How the file is read, where not by the defaults: `delimiter`, `encoding` and the like. */
  readonly reading?: Readonly<Record<string, string | boolean>>;
  /** Texts that mean missing, beside the empty text. */
  readonly nullValues: readonly string[];
  readonly suspicious: readonly Suspicion[];
  /** What a person answered, as keys of the config. */
  readonly stated?: Readonly<Record<string, JsonValue>>;
  /** Columns that a person knows to come after the answer. */
  readonly knownAfter?: readonly string[];
  /** What one row is. */
  readonly meaning?: string;
  /** What a person should remember, as comments. */
  readonly notes?: readonly string[];
}

/** The text of a `millrace.config.ts`: short, every proposed line with its reason. */
export function writeConfig(proposal: Proposal, facts: ConfigFacts): string {
  const { target, task, positive, metric, split, time, group, ids } = proposal;
  const lines: (readonly [code: string, reason?: string])[] = [
    [`name: ${quote(facts.name)},`],
    [`task: ${quote(task.value)},`, task.reason],
    [`target: ${quote(target.value)},`, target.reason],
    ...(positive === undefined ? [] : [[`positive: ${quote(positive.value)},`, positive.reason] as const]),
    [`metric: ${quote(metric.value)},`, metric.reason],
    dataLine(facts),
    ...roleLines(time, group, ids),
    [`split: { strategy: ${quote(split.value)} },`, split.reason],
  ];
  return [
    'import { defineFactory } from "millrace";',
    "",
    `// Proposed from ${oneLine(facts.path)} (${facts.rows} rows, ${facts.columns} columns). Correct what is wrong, then: millrace run`,
    "export default defineFactory({",
    ...lines.map(([code, reason]) => `  ${code}${reason === undefined ? "" : ` // ${oneLine(reason)}`}`),
    ...Object.entries(facts.stated ?? {}).map(([key, value]) => `  ${key}: ${literal(value)}, // you said so`),
    ...(facts.notes ?? []).map((note) => `  // ${oneLine(note)}`),
    ...suspicionLines(facts.suspicious, facts.knownAfter ?? []),
    "});",
    "",
  ].join("\n");
}

function dataLine({
  kind = "file",
  dataset,
  path,
  reading = {},
  nullValues,
  meaning,
}: ConfigFacts): readonly [string, string?] {
  if (kind === "images")
    return [
      `data: { ${quoteKey(dataset)}: { source: { kind: "images", path: ${quote(path)}, content: true } } },`,
      "what is learned from are the images",
    ];
  const nulls = nullValues.length === 0 ? "" : `, nullValues: [${nullValues.map(quote).join(", ")}]`;
  const stated = Object.entries(reading).map(([key, value]) => `, ${key}: ${quote(value)}`);
  const source = `{ kind: "file", path: ${quote(path)}${stated.join("")}${nulls} }`;
  const told = meaning === undefined ? "" : `, meaning: ${quote(meaning)}`;
  const code = `data: { ${quoteKey(dataset)}: { source: ${source}${told} } },`;
  return nullValues.length === 0 ? [code] : [code, "these texts stand among numbers, so they mean missing"];
}

function roleLines(
  time: Proposal["time"],
  group: Proposal["group"],
  ids: Proposal["ids"],
): (readonly [string, string?])[] {
  if (time === undefined && group === undefined && ids.length === 0) return [];
  return [
    ["roles: {"],
    ...(time === undefined ? [] : [[`  time: ${quote(time.value)},`, time.reason] as const]),
    ...(group === undefined ? [] : [[`  group: ${quote(group.value)},`, group.reason] as const]),
    ...(ids.length === 0
      ? []
      : [
          [`  id: [${ids.map((id) => quote(id.value)).join(", ")}],`, `${ids[0]!.reason}; never learned from`] as const,
        ]),
    ["},"],
  ];
}

function suspicionLines(suspicious: readonly Suspicion[], said: readonly string[]): string[] {
  const blocked = suspicious.filter((one) => one.blocked && !said.includes(one.column));
  const doubtful = suspicious.filter((one) => !one.blocked);
  const example = blocked[0];
  return [
    ...(example === undefined && said.length > 0
      ? [`  knownAfter: [${said.map(quote).join(", ")}], // you said so`]
      : []),
    ...(example === undefined
      ? []
      : [
          "  // Known only after the answer? These columns tell it, so nothing is learned from them. To learn from one all the",
          `  // same, take it out and write why: learn: { waive: [${quote(oneLine(`${example.guardrail}:${example.column}`))}] }`,
          "  knownAfter: [",
          ...said.map((column) => `    ${quote(column)}, // you said so`),
          ...blocked.map(({ column, evidence }) => `    ${quote(column)}, // ${oneLine(evidence)}`),
          "  ],",
        ]),
    ...(doubtful.length === 0
      ? []
      : [
          "  // Worth a look; put what is known only after the answer into knownAfter:",
          ...doubtful.map(({ column, evidence }) => `  //   ${oneLine(column)}: ${oneLine(evidence)}`),
        ]),
  ];
}

/** JSON as a literal, as a person would write it. */
function literal(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return value === null ? "null" : quote(value);
  const parts = Object.entries(value).map(([key, one]) => `${quoteKey(key)}: ${literal(one as JsonValue)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** Text of the data as a literal; line separators that JavaScript counts as line ends are escaped. */
function quote(value: string | number | boolean): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

const quoteKey = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

/** Text from the data inside a line comment: no line ends, no control characters, not endless. */
function oneLine(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, " ").trim();
  return plain.length > 240 ? `${plain.slice(0, 239)}…` : plain;
}
