import { type Frame, load, type Program, type Tensors } from "@millrace/program";
import { z } from "zod";
import { selectRows } from "#dataset";
import { MillraceError, platformRuntimes } from "#kernel";
import { readTarget } from "#learn";
import { defineStep, type InputArtifact } from "#pipeline";
import { datasetFrame, datasetInfo } from "../steps/dataset-artifact.ts";
import { modelFiles } from "../steps/model-artifact.ts";
import { rowsOf } from "../steps/split.ts";
import { foreignOptionsSchema, type Origin, readForeignModel, readRule, type Surroundings } from "./foreign-model.ts";
import { ruleSchema } from "./rule-schema.ts";

/** A model that is not trained here, as a program: of a file that was read, or of a rule in the options. */
export const importModelStep = defineStep({
  module: import.meta.url,
  export: "importModelStep",
  name: "import-model",
  version: 1,
  kind: "pure",
  weight: "heavy",
  inputs: {
    source: { type: "model-source", optional: true },
    dataset: { type: "dataset", optional: true },
    split: { type: "split", optional: true },
  },
  outputs: { model: { type: "model" }, training: { type: "training" } },
  options: z.strictObject({
    rule: ruleSchema.optional(),
    ...foreignOptionsSchema.shape,
    task: z.enum(["binary", "multiclass", "regression"]).optional(),
    target: z.string().optional(),
    positive: z.union([z.string(), z.boolean(), z.number()]).optional(),
    leftOut: z.array(z.string()).default([]).describe("columns that a rule may not read"),
    mayAbstain: z.boolean().default(false).describe("rows without a score are passed over, not refused"),
  }),
  async run(context, { source, dataset, split }, options) {
    const { rule, task, target, positive, leftOut, mayAbstain, ...foreign } = options;
    const rows = dataset === undefined || split === undefined ? undefined : await labelledRows(dataset, split);
    const around = await surroundings(dataset, rows, { task, target, positive, leftOut });
    const made =
      source === undefined ? undefined : readForeignModel(fileOf(source), await source.bytes("model"), foreign, around);
    if (made === undefined && rule === undefined)
      throw new MillraceError("FACTORY_RULE_INVALID", {
        message: "There is neither a file nor a rule to import.",
        next: "Name one: model: { rule } or model: { file }.",
      });
    const imported = made ?? readRule(rule as never, around);
    const { program, tensors } = withClassesOf(imported, around, foreign.classes, made?.origin);
    if (rows !== undefined) requireFit(program, tensors, rows, task, target, mayAbstain);
    const { files, content } = modelFiles(program, tensors);
    const origin: Origin = made?.origin ?? {
      kind: rule?.kind === "scorecard" ? "scorecard" : "rule",
      file: "millrace.config.ts",
      written: "a person",
    };
    const provenance = {
      ...origin,
      ...(source === undefined ? {} : { source: String(source.record.properties.digest) }),
    };
    context.metric("nodes", program.nodes.length);
    return {
      model: { files, content, properties: { origin: origin.kind, ...provenance } },
      training: { value: { origin: provenance } },
    };
  },
});

const fileOf = (source: InputArtifact) => String(source.record.properties.file);

async function labelledRows(dataset: InputArtifact, split: InputArtifact): Promise<Frame> {
  const [train, validation] = [await rowsOf(split, "train"), await rowsOf(split, "validation")];
  return selectRows(
    await datasetFrame(dataset),
    train.map((row, k) => row | validation[k]!),
  );
}

interface Asked {
  readonly task?: "binary" | "multiclass" | "regression" | undefined;
  readonly target?: string | undefined;
  readonly positive?: string | boolean | number | undefined;
  readonly leftOut: readonly string[];
}

/** The data's columns, without those that a model may not read, and the target's classes. */
async function surroundings(
  dataset: InputArtifact | undefined,
  rows: Frame | undefined,
  { task, target, positive, leftOut }: Asked,
): Promise<Surroundings> {
  const asked = task === undefined ? {} : { task };
  if (dataset === undefined) return asked;
  const { columns } = await datasetInfo(dataset);
  const readable = columns.filter(({ name }) => name !== target && !leftOut.includes(name));
  const classes =
    rows === undefined || target === undefined || task === undefined || task === "regression"
      ? undefined
      : readTarget(rows, { target, task, positive }).classes;
  return {
    ...asked,
    columns: Object.fromEntries(readable.map(({ name, type }) => [name, type])) as Surroundings["columns"] & object,
    patterns: Object.fromEntries(
      columns.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [[name, pattern]])),
    ),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** Numbered classes of a model take the data's names where these are numbers, or true and false: any other order is a guess. */
function withClassesOf<T extends { readonly program: Program; readonly tensors: Tensors }>(
  made: T,
  { classes }: Surroundings,
  named: readonly string[] | undefined,
  origin: Origin | undefined,
): T {
  const { outputs } = made.program;
  const own = outputs.classes;
  if (origin === undefined || own === undefined || classes === undefined || named !== undefined) return made;
  const isNumbered = own.every((name, k) => name === String(k));
  const isTruth = classes.length === 2 && classes[0] === "false" && classes[1] === "true";
  if (!isNumbered || !isTruth || own.length !== 2) return made;
  return { ...made, program: { ...made.program, outputs: { ...outputs, classes: [...classes] } } };
}

/** Errors: FACTORY_IMPORT_UNFIT: the model is of another task, reads other columns, knows other classes, or gives no score. */
function requireFit(
  program: Program,
  tensors: Tensors,
  rows: Frame,
  task: string | undefined,
  target: string | undefined,
  mayAbstain: boolean,
): void {
  const { outputs, inputs } = program;
  if (task !== undefined && outputs.task !== task)
    throw unfit(
      `The model is a ${outputs.task}; the factory's task is ${task}.`,
      "Correct `task`, or import a model of that task.",
    );
  const absent = inputs.filter(({ name }) => !rows.columns.has(name)).map(({ name }) => name);
  if (absent.length > 0)
    throw unfit(
      `The model reads ${absent.length} column${absent.length === 1 ? "" : "s"} that the data do not have: ${absent.slice(0, 8).join(", ")}${absent.length > 8 ? ", …" : ""}.`,
      "Name the data's columns as they were in training: `prepare` can rename and derive them.",
    );
  if (outputs.classes !== undefined && target !== undefined && task !== undefined && task !== "regression") {
    const known = readTarget(rows, { target, task: outputs.task }).classes;
    const stray = known.filter((name) => !outputs.classes!.includes(name));
    if (stray.length > 0)
      throw unfit(
        `The model's classes are ${outputs.classes.slice(0, 8).join(", ")}; the data's are ${known.slice(0, 8).join(", ")}.`,
        "Name the classes in the order of the model's numbers: `classes`, or --classes a,b.",
      );
  }
  const { score } = load({ program, tensors }, platformRuntimes).scoreFrame(rows);
  const width = outputs.task === "multiclass" ? outputs.classes!.length : 1;
  let missing = 0;
  for (let row = 0; row < rows.rows; row++) if (Number.isNaN(score[row * width]!)) missing++;
  if (missing > 0 && !mayAbstain)
    throw unfit(
      `The model gives no score for ${missing} of ${rows.rows} rows, so it cannot be compared on them.`,
      "Say what holds for them: an ELSE, a COALESCE, `otherwise`, or `fallback` in the config.",
    );
}

function unfit(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_IMPORT_UNFIT", { message, next });
}
