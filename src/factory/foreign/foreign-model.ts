import { type InputType, type Program, ProgramError, type Tensors } from "@millrace/program";
import {
  type Imported,
  importLightGbm,
  importOnnx,
  importOpaqueOnnx,
  importRule,
  importXgboost,
  type OpaqueOptions,
  type RuleDefinition,
} from "@millrace/program/import";
import { z } from "zod";
import { MillraceError } from "#kernel";
import { parseRule } from "./rule-schema.ts";

export const foreignKinds = ["lightgbm", "xgboost", "onnx", "rule", "scorecard"] as const;
export type ForeignKind = (typeof foreignKinds)[number];

/** What a person says of a model that was made elsewhere, beside the file. */
export const foreignOptionsSchema = z.strictObject({
  from: z.enum(foreignKinds).optional().describe("default: told from the file"),
  classes: z.array(z.string()).optional().describe("class names in the order of the model's numbers"),
  categories: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe("categories by column in the order of their numbers, where the file does not hold them"),
  columns: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe("ONNX: column names of an input that is a matrix"),
  output: z.string().optional().describe("ONNX: the output that is the score; default: the last one of floats"),
  link: z
    .enum(["none", "softmax", "logistic"])
    .optional()
    .describe("ONNX: what turns a network's raw output into probabilities"),
  rounds: z.number().int().min(1).optional().describe("how many boosting rounds count; default: all"),
});
export type ForeignOptions = z.output<typeof foreignOptionsSchema>;

/** What is known of where a foreign model came from. */
export interface Origin {
  readonly kind: ForeignKind;
  readonly file: string;
  /** Version of the library that wrote it, as far as the file says it. */
  readonly written: string;
}

export interface ForeignModel {
  readonly program: Program;
  readonly tensors: Tensors;
  readonly origin: Origin;
}

/** What a factory knows that a file or rule may leave out. */
export interface Surroundings {
  readonly columns?: Readonly<Record<string, InputType>>;
  readonly patterns?: Readonly<Record<string, string>>;
  readonly classes?: readonly string[];
  readonly task?: "binary" | "multiclass" | "regression";
}

/**
 * A model that was made elsewhere as a program: LightGBM's text, XGBoost's JSON, ONNX of scikit-learn, or a rule.
 *
 * Errors: FACTORY_IMPORT_REFUSED: a file that is no such model, or one that no program can hold; FACTORY_RULE_INVALID.
 */
export function readForeignModel(
  file: string,
  bytes: Uint8Array,
  options: ForeignOptions = {},
  around: Surroundings = {},
): ForeignModel {
  const kind = options.from ?? kindOf(file, bytes);
  const text = () => new TextDecoder().decode(bytes);
  const { program, tensors } = translated(file, () => {
    if (kind === "lightgbm") return importLightGbm(text(), given(options));
    if (kind === "xgboost") return importXgboost(text(), given(options));
    if (kind === "onnx") return importGraph(bytes, given(options));
    const rule = parseRule(file, text());
    if ((rule.kind === "scorecard") !== (kind === "scorecard") && options.from !== undefined)
      throw refused(
        file,
        `It holds ${rule.kind === "scorecard" ? "a scorecard" : "a rule"}, not a ${kind}.`,
        "Leave --from out.",
      );
    return importRule(withClasses(rule, options), around);
  });
  return { program, tensors, origin: { kind, file, written: writtenBy(kind, bytes) } };
}

/** Operators that have counterparts become these; any other graph runs as it is, through onnxruntime. */
function importGraph(bytes: Uint8Array, options: OpaqueOptions): Imported {
  if (options.output !== undefined || options.link !== undefined) return importOpaqueOnnx(bytes, options);
  try {
    return importOnnx(bytes, options);
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code !== "PROGRAM_IMPORT_UNSUPPORTED") throw error;
    return importOpaqueOnnx(bytes, options);
  }
}

/** A rule as a program. Errors: FACTORY_IMPORT_REFUSED, with line and column. */
export function readRule(rule: RuleDefinition, around: Surroundings = {}): Imported {
  return translated("The rule", () => importRule(rule, around));
}

function translated(file: string, work: () => Imported): Imported {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new MillraceError("FACTORY_IMPORT_REFUSED", {
      message: error.code === "PROGRAM_RULE_INVALID" ? error.message : `${file}: ${error.message}`,
      next: error.next,
      facts: { file, reason: error.code },
      cause: error,
    });
  }
}

const withClasses = (rule: RuleDefinition, { classes }: ForeignOptions): RuleDefinition =>
  classes === undefined ? rule : { ...rule, classes };

function given({ from: _, ...options }: ForeignOptions): OpaqueOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function kindOf(file: string, bytes: Uint8Array): ForeignKind {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (/\.sql$/i.test(file)) return "rule";
  if (/\.onnx$/i.test(file)) return "onnx";
  if (start.startsWith("tree\n") || start.startsWith("tree\r\n")) return "lightgbm";
  if (start.startsWith("{")) {
    if (/"learner"\s*:/.test(start) || /"gradient_booster"/.test(start)) return "xgboost";
    if (/"kind"\s*:\s*"scorecard"/.test(start)) return "scorecard";
    if (/\.rule\.json$/i.test(file) || /"kind"\s*:/.test(start)) return "rule";
  }
  const pickle = bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5;
  if (pickle || /\.(pkl|pickle|joblib)$/i.test(file))
    throw refused(
      file,
      "It is a pickle, which runs code when it is read; Millrace reads none.",
      "Save a LightGBM model by save_model(), an XGBoost model as .json, anything else as ONNX (skl2onnx, torch.onnx, tf2onnx).",
    );
  if (start.startsWith("{L") || start.startsWith("binf") || /\.ubj$/i.test(file))
    throw refused(
      file,
      "It is a binary file of XGBoost (UBJSON).",
      'Save the model again as JSON: model.save_model("model.json").',
    );
  if (/\.(h5|keras|pt|pth|pb|safetensors)$/i.test(file))
    throw refused(
      file,
      "It is a network's own format.",
      "Export it to ONNX: torch.onnx.export, or python -m tf2onnx.convert.",
    );
  throw refused(
    file,
    "Its content is none of the formats that can be imported.",
    `Say what it is: --from ${foreignKinds.join(", ")}.`,
  );
}

/** The writer's version, where the format says it. */
function writtenBy(kind: ForeignKind, bytes: Uint8Array): string {
  const text = () => new TextDecoder().decode(bytes.subarray(0, 65_536));
  if (kind === "lightgbm") return `LightGBM, format ${/^version=(\S{1,40})/m.exec(text())?.[1] ?? "unknown"}`;
  if (kind === "xgboost") {
    const tail = new TextDecoder().decode(bytes.subarray(Math.max(0, bytes.length - 4096)));
    const found = /"version"\s*:\s*\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/.exec(tail);
    return found === null ? "XGBoost" : `XGBoost ${found.slice(1).join(".")}`;
  }
  if (kind === "onnx") {
    // ModelProto: producer_name is field 2, producer_version field 3, both short texts
    const found = /\x12[\x01-\x40]([\w .-]{1,64})\x1a[\x01-\x40]([\w.+-]{1,40})/.exec(
      new TextDecoder("latin1").decode(bytes.subarray(0, 256)),
    );
    return found === null ? "ONNX" : `ONNX of ${found[1]} ${found[2]}`;
  }
  return "a person";
}

function refused(file: string, message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_IMPORT_REFUSED", { message: `${file}: ${message}`, next, facts: { file } });
}
