import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, ProgramError, readModelFile, type Tensors } from "@millrace/program";
import { importLightGbm, importOnnx, importXgboost } from "@millrace/program/import";
import type { LearningTask } from "../model.ts";
import { trainerFailed } from "./trainer-failed.ts";

const mostBytes = 256 * 1024 * 1024;
const names = ["model.millrace", "model.onnx", "model.txt", "model.json"] as const;

/** A trained program that reads features f0, f1, … as numbers. */
export interface TrainedProgram {
  readonly program: Program;
  readonly tensors: Tensors;
  readonly file: string;
}

/**
 * The model file that a trainer left in its folder: a program, ONNX, LightGBM's text or XGBoost's JSON. It is data: reading
 * it runs nothing.
 *
 * Errors: LEARN_TRAINER_FAILED: none, several, a link or too large a one, one that is no such model, is of another task, or
 * reads other columns.
 */
export function readTrainedModel(
  trainer: string,
  folder: string,
  task: LearningTask,
  classes: number,
  features: number,
): TrainedProgram {
  const found = readdirSync(folder).filter((name) => (names as readonly string[]).includes(name));
  const [file] = found;
  if (file === undefined) throw trainerFailed(trainer, `its folder has none of ${names.join(", ")}`);
  if (found.length > 1) throw trainerFailed(trainer, `it wrote several models: ${found.join(", ")}`);
  const facts = lstatSync(join(folder, file));
  if (!facts.isFile()) throw trainerFailed(trainer, `${file} is no plain file`);
  if (facts.size > mostBytes)
    throw trainerFailed(trainer, `${file} holds ${facts.size} bytes; the most is ${mostBytes}`);
  const { program, tensors } = read(trainer, file, readFileSync(join(folder, file)), classes, features);
  const { outputs, inputs, nodes } = program;
  if (outputs.task !== task) throw trainerFailed(trainer, `${file} holds a ${outputs.task} model for a ${task} task`);
  if (task === "multiclass" && outputs.classes?.length !== classes)
    throw trainerFailed(trainer, `${file} knows ${outputs.classes?.length ?? 0} classes of ${classes}`);
  const known = new Set(Array.from({ length: features }, (_, k) => `f${k}`));
  const other = inputs.find(({ name, type }) => !known.has(name) || (type !== "number" && type !== "integer"));
  if (other !== undefined)
    throw trainerFailed(
      trainer,
      `${file} reads "${other.name.slice(0, 80)}" as ${other.type}; it may read f0 … f${features - 1} as numbers`,
    );
  if (nodes.some(({ op }) => op === "onnxModel" || op === "imagePixels"))
    throw trainerFailed(trainer, `${file} needs a runtime of its own, which no other target has`);
  return { program, tensors, file };
}

function read(trainer: string, file: string, bytes: Uint8Array, classes: number, features: number) {
  const named = { classes: Array.from({ length: classes }, (_, c) => String(c)) };
  const columns = { "": Array.from({ length: features }, (_, k) => `f${k}`) };
  const text = () => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  try {
    if (file === "model.millrace") return readModelFile(bytes);
    if (file === "model.onnx") return importOnnx(bytes, classes > 1 ? { ...named, columns } : { columns });
    const options = classes > 1 ? named : {};
    return file === "model.txt" ? importLightGbm(text(), options) : importXgboost(text(), options);
  } catch (error) {
    if (error instanceof ProgramError || error instanceof TypeError)
      throw trainerFailed(trainer, `${file}: ${error.message}`);
    throw error;
  }
}
