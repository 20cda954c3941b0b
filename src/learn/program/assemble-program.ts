import {
  type Program,
  type ProgramInput,
  type ProgramNode,
  type Tensor,
  type Tensors,
  type ValueRef,
  validateProgram,
} from "@millrace/program";
import { pruneProgram } from "@millrace/program/write";
import type { Calibration } from "../calibrate/model.ts";
import type { FittedModel, LearningTask, ModelNodes } from "../model.ts";
import { linkNode } from "./link-node.ts";
import { addSegmentMargins, type Segments } from "./segment-margins.ts";
import { shareNodes } from "./share-nodes.ts";

/** The feature part of a program. */
export interface FeatureGraph {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly tensors: Tensors;
}

/** A model and where its features lie. */
export interface PlacedModel {
  readonly model: FittedModel;
  readonly features: readonly { readonly ref: ValueRef }[];
  /** Models before it whose margins it reads after its features: of several classes one after the other. */
  readonly reads?: readonly number[] | undefined;
  toNodes(refs: { features: readonly { ref: ValueRef }[]; nextRef: ValueRef; prefix: string }): ModelNodes;
}

export interface Assembly {
  readonly task: LearningTask;
  readonly classes: readonly string[];
  readonly calibration: Calibration;
  readonly threshold?: number | undefined;
  /** Of each model's margins; each the same share where they are left out. */
  readonly weights?: readonly number[] | undefined;
  /** Rows whose margin is a blend with a model of their own; such models have weight 0 for all others. */
  readonly segments?: Segments | undefined;
}

/**
 * One program of features, models, their mean margin where there are several, the calibrated link and the decision; without
 * the columns that no model reads.
 */
export function assembleProgram(
  graph: FeatureGraph,
  models: readonly PlacedModel[],
  assembly: Assembly,
): { readonly program: Program; readonly tensors: Tensors } {
  const nodes: ProgramNode[] = [...graph.nodes];
  const tensors = new Map<string, Tensor>(graph.tensors);
  const nextRef = () => graph.inputs.length + nodes.length;
  const outputs = assembly.task === "multiclass" ? assembly.classes.length : 1;
  const margins: ValueRef[] = [];
  const partsOf = new Map<number, readonly ValueRef[]>();
  const marginParts = (model: number): readonly ValueRef[] => {
    const known = partsOf.get(model);
    if (known !== undefined) return known;
    const parts = Array.from({ length: outputs }, (_, index) => {
      if (outputs === 1) return margins[model]!;
      nodes.push({ op: "element", version: 1, inputs: [margins[model]!], attributes: { index } });
      return nextRef() - 1;
    });
    partsOf.set(model, parts);
    return parts;
  };
  for (const [k, placed] of models.entries()) {
    const read = (placed.reads ?? []).flatMap((model) => marginParts(model).map((ref) => ({ ref })));
    const made = placed.toNodes({
      features: [...placed.features, ...read],
      nextRef: nextRef(),
      prefix: models.length > 1 ? `model${k + 1}.` : "model.",
    });
    // Of very many columns more than a call takes arguments.
    for (const node of made.nodes) nodes.push(node);
    for (const [name, tensor] of made.tensors) tensors.set(name, tensor);
    margins.push(made.margin);
  }
  const weights = assembly.weights ?? margins.map(() => 1 / margins.length);
  const { segments } = assembly;
  const ofSegments = new Set(segments?.own.map(({ model }) => model));
  const onlyRead = new Set(models.flatMap(({ reads = [] }) => reads).filter((model) => weights[model] === 0));
  const summed = (k: number) => !ofSegments.has(k) && !onlyRead.has(k);
  const shared = margins.filter((_, k) => summed(k));
  const own = weights.filter((_, k) => summed(k));
  let margin = shared[0]!;
  if (shared.length > 1 || own[0] !== 1) {
    margin = nextRef();
    nodes.push({
      op: "combine",
      version: 1,
      inputs: shared,
      attributes: { weights: own },
      label: "weighted margins",
    });
  }
  if (segments !== undefined) {
    margin = addSegmentMargins(segments, margin, { inputs: graph.inputs, margins, outputs }, nodes, tensors);
  }
  nodes.push(...calibratedLink(assembly, margin, nextRef(), tensors));
  const score = nextRef() - 1;
  const { task, classes, threshold } = assembly;
  const outputsOf = { ...(classes.length > 0 ? { classes } : {}), ...(threshold === undefined ? {} : { threshold }) };
  const all: Program = { format: 1, inputs: graph.inputs, nodes, outputs: { task, score, ...outputsOf } };
  const program = shareNodes({ program: pruneProgram(all), tensors });
  const used = usedTensors(program, tensors);
  validateProgram(program, used);
  return { program, tensors: used };
}

/** The nodes from a margin to a score; `next` is the first one's place. */
function calibratedLink(
  { task, calibration }: Assembly,
  margin: ValueRef,
  next: ValueRef,
  tensors: Map<string, Tensor>,
): ProgramNode[] {
  if (calibration.kind === "temperature") {
    const { value } = calibration;
    const cooled: ProgramNode = { op: "temperature", version: 1, inputs: [margin], attributes: { value } };
    return [{ ...cooled, label: "margin by its temperature" }, linkNode(task, next)];
  }
  if (task !== "binary" || calibration.kind === "none") return [linkNode(task, margin)];
  if (calibration.kind === "beta") {
    const { a, b, c } = calibration;
    const attributes = { a, b, c };
    return [
      linkNode(task, margin),
      { op: "betaCalibration", version: 1, inputs: [next], attributes, label: "calibrated score" },
    ];
  }
  const common = { version: 1, inputs: [margin], label: "calibrated score" } as const;
  if (calibration.kind === "platt")
    return [{ ...common, op: "platt", attributes: { a: calibration.a, b: calibration.b } }];
  tensors.set("calibration.x", { type: "f64", values: calibration.x });
  tensors.set("calibration.y", { type: "f64", values: calibration.y });
  const attributes = { x: { tensor: "calibration.x" }, y: { tensor: "calibration.y" } };
  return [{ ...common, op: "isotonic", attributes }];
}

function usedTensors({ nodes }: Program, tensors: Tensors): Tensors {
  const names = new Set<string>();
  for (const { attributes } of nodes)
    for (const value of Object.values(attributes))
      if (typeof value === "object" && value !== null && "tensor" in value) names.add(String(value.tensor));
  return new Map([...tensors].filter(([name]) => names.has(name)));
}
