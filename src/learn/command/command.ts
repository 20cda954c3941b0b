import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Column, ProgramNode, Tensor } from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { MillraceError } from "#kernel";
import { requireFeatures } from "../check-input.ts";
import type { FeatureRefs, FitContext, FitInput, FittedModel, Learner, LearningFeature, ModelNodes } from "../model.ts";
import { NodeWriter } from "../program/node-writer.ts";
import { addProbabilityMargin, probabilityMargin } from "../program/probability-margin.ts";
import { type CommandOptions, commandOptions } from "./options.ts";
import { readTrainedModel, type TrainedProgram } from "./read-model.ts";
import { runCommand } from "./run-command.ts";
import { trainerFailed } from "./trainer-failed.ts";
import { featureFrame, writeTrainingRows } from "./write-training-rows.ts";

export interface CommandModel extends FittedModel {
  readonly learner: "command";
  readonly trained: TrainedProgram;
}

const caller = fileURLToPath(new URL("call_function.py", import.meta.url));
const links: readonly string[] = ["logistic", "softmax", "identityLink"];

/**
 * A trainer of any language: a command that reads Parquet and writes a model file, or a Python function. What it wrote is
 * imported as a program, checked, and placed behind the features as any other model.
 *
 * Missing: null in the Parquet file, and missing in the program. Random: the trainer's own; task.json tells it the seed.
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE, LEARN_OPTION_INVALID, LEARN_TRAINER_FAILED.
 */
export const command: Learner<CommandModel, typeof commandOptions> = {
  kind: "learner",
  name: "command",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: commandOptions,
  fit,
  predict,
  toProgram,
};

async function fit(input: FitInput, options: CommandOptions, context: FitContext): Promise<CommandModel> {
  requireFeatures(input);
  const line = commandLine(options);
  const trainer = basename(options.function ?? line[0]!);
  const folder = mkdtempSync(join(tmpdir(), "millrace-train-"));
  try {
    await writeTrainingRows(input, context.seed, folder);
    await runCommand(line, folder, options, context.stopping);
    const { task, classes, train } = input;
    const trained = readTrainedModel(trainer, folder, task, classes, train.features.length);
    const facts = { trainer, file: trained.file, nodes: trained.program.nodes.length };
    const model: CommandModel = { learner: "command", task, classes, trained, facts };
    const gaps = predict(model, train.features, train.rows).filter((value) => !Number.isFinite(value)).length;
    if (gaps > 0) throw trainerFailed(trainer, `its model gives no finite score for ${gaps} training values`);
    return model;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function commandLine(options: CommandOptions): readonly string[] {
  if ((options.function === undefined) === (options.command.length === 0))
    throw new MillraceError("LEARN_OPTION_INVALID", {
      message: `A trainer is either a \`command\` or a \`function\`; it has ${options.function ? "both" : "neither"}.`,
      next: 'Write { learner: "command", options: { command: ["node", "train.js"] } }, or function: "train.py#train".',
    });
  if (options.function === undefined) return options.command;
  const [file, name] = options.function.split("#") as [string, string];
  return [...options.python, caller, file, name];
}

/** Where the trained program's margin lies; its score where no link tells it. */
function marginOf({ program }: TrainedProgram): { readonly ref: number; readonly isScore: boolean } {
  const { score } = program.outputs;
  const last = program.nodes[score - program.inputs.length];
  return last !== undefined && links.includes(last.op)
    ? { ref: last.inputs[0]!, isScore: false }
    : { ref: score, isScore: program.outputs.task !== "regression" };
}

function predict(model: CommandModel, features: readonly LearningFeature[], rows: number): Float64Array {
  const { trained, task, classes } = model;
  const { ref, isScore } = marginOf(trained);
  const inputs = trained.program.inputs.map((own) => ({ ...own, type: "number" as const, missingAllowed: true }));
  const graph = { inputs, nodes: trained.program.nodes, tensors: trained.tensors };
  const [column] = evaluateGraph(graph, featureFrame(features, rows), [ref]);
  const { values, missing } = column as Extract<Column, { values: Float64Array }>;
  const outputs = task === "multiclass" ? classes : 1;
  const margins = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < outputs; c++) {
      const value = missing?.[i] === 1 ? Number.NaN : values[i * outputs + c]!;
      margins[c * rows + i] = isScore ? probabilityMargin(task, value) : value;
    }
  return margins;
}

/** The trained program's nodes over the plan's features. */
function toProgram({ trained, task, classes }: CommandModel, plan: FeatureRefs): ModelNodes {
  const { program, tensors } = trained;
  const count = program.inputs.length;
  const place = (ref: number) =>
    ref < count ? plan.features[Number(program.inputs[ref]!.name.slice(1))]!.ref : plan.nextRef + ref - count;
  const renamed = new Map([...tensors].map(([name, tensor]): [string, Tensor] => [`${plan.prefix}${name}`, tensor]));
  const nodes = program.nodes.map(
    (node): ProgramNode => ({
      ...node,
      inputs: node.inputs.map(place),
      attributes: attributesUnder(plan.prefix, node),
    }),
  );
  const writer = new NodeWriter(plan);
  writer.append({ nodes, tensors: renamed });
  const { ref, isScore } = marginOf(trained);
  let margin = place(ref);
  if (isScore) {
    const values =
      task === "multiclass"
        ? Array.from({ length: classes }, (_, index) => writer.add("element", [margin], { index }))
        : [margin];
    margin = addProbabilityMargin(writer, task, values);
  }
  return writer.finish(task, margin);
}

/** Tensors by their new names. Rows of leaves are left out: they are of a later format, and the loop counts its own. */
function attributesUnder(prefix: string, { attributes }: ProgramNode): ProgramNode["attributes"] {
  const kept = Object.entries(attributes).filter(([name]) => name !== "leafCover");
  return Object.fromEntries(
    kept.map(([name, value]) =>
      typeof value === "object" && value !== null && "tensor" in value
        ? [name, { tensor: `${prefix}${String(value.tensor)}` }]
        : [name, value],
    ),
  );
}
