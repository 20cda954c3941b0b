import type { Lowered, LoweredExtra } from "../model.ts";
import { reasonTexts, setPieces } from "../printing/extras.ts";

const fieldOf = ({ kind, name }: LoweredExtra) => (kind === "reason" ? "reason" : name);

/** Fields of a result for the outputs beside the score. */
export function printExtraFields({ extras }: Lowered): string {
  const types = { number: "double", set: "boolean[]", reason: "int" } as const;
  return extras.map((extra) => `    private ${types[extra.kind]} ${fieldOf(extra)};\n`).join("");
}

export function printExtraTables(lowered: Lowered, list: (values: readonly string[]) => string): string {
  return lowered.extras
    .map(({ kind }) => {
      if (kind === "reason") return `  private static final String[] REASONS = ${list(reasonTexts)};\n`;
      return kind === "set" ? `  private static final String[] PIECES = ${list(setPieces(lowered))};\n` : "";
    })
    .join("");
}

export function printExtraMethods({ extras }: Lowered): string {
  return extras.map((extra) => `\n${method(extra)}\n`).join("");
}

function method({ kind, name }: LoweredExtra): string {
  if (kind === "number")
    return `    /** NaN where it is missing. */
    public double ${name}() {
      return ${name};
    }`;
  if (kind === "reason")
    return `    /** Why there is no prediction; null where there is one. */
    public String abstain() {
      return reason == 0 ? null : REASONS[reason];
    }`;
  return `    /** The names of the classes in the set; null where the score is missing. */
    public List<String> set() {
      if (set == null) return null;
      List<String> names = new ArrayList<>();
      for (int k = 0; k < set.length; k++) if (set[k]) names.add(CLASS_NAMES[k]);
      return names;
    }`;
}

/** Members of the machine that give a set, and fill a result. */
export function printExtraMembers({ extras }: Lowered): string[] {
  const set = extras.find(({ kind }) => kind === "set");
  return [
    ...(set === undefined
      ? []
      : [
          "private boolean[] set() {",
          `  double[] members = v[${set.slot}];`,
          "  if (Double.isNaN(members[0])) return null;",
          "  boolean[] set = new boolean[members.length];",
          "  for (int k = 0; k < set.length; k++) set[k] = members[k] == 1.0;",
          "  return set;",
          "}",
          "",
        ]),
    "private Result with(Result result) {",
    ...extras.map((extra) => `  result.${fieldOf(extra)} = ${readOf(extra)};`),
    "  return result;",
    "}",
    "",
  ];
}

function readOf({ kind, slot }: LoweredExtra): string {
  return { number: `n[${slot}]`, set: "set()", reason: `(int) n[${slot}]` }[kind];
}

/** Lines that write the outputs' cells. */
export function printExtraCells({ extras }: Lowered): string[] {
  return extras.flatMap(({ kind, slot }) => [
    "out.append(',');",
    {
      number: `if (!Double.isNaN(n[${slot}])) out.append(Support.numberText(n[${slot}]));`,
      set: "if (set() != null) Support.set(out, set(), PIECES);",
      reason: `out.append(REASONS[(int) n[${slot}]]);`,
    }[kind],
  ]);
}
