import { decodeProgram, type Program, type ProgramNode, type Tensor, validateProgram } from "@millrace/program";
import { mapOutputs } from "@millrace/program/write";
import { z } from "zod";
import { MillraceError } from "#kernel";
import { defineStep } from "#pipeline";
import { modelFiles, modelProgram } from "../steps/model-artifact.ts";

/**
 * A model that says what another says where it gives no score itself: one program, so that every export does so, too. Both
 * parts lie beside it: an endpoint asks the fallback too where a row is not fit for the model, and where the model fails.
 */
export const fallbackStep = defineStep({
  module: import.meta.url,
  export: "fallbackStep",
  name: "fallback",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: { model: { type: "model" }, fallback: { type: "model" } },
  outputs: { model: { type: "model" } },
  options: z.strictObject({}),
  async run(_context, inputs) {
    const [model, fallback] = [await modelProgram(inputs.model), await modelProgram(inputs.fallback)];
    const merged = withFallback(decodeProgram(model.json, model.bytes), decodeProgram(fallback.json, fallback.bytes));
    const { files, content } = modelFiles(merged.program, merged.tensors);
    const text = new TextEncoder();
    return {
      model: {
        files: {
          ...files,
          "own.program.json": text.encode(model.json),
          "own.tensors.bin": model.bytes,
          "fallback.program.json": text.encode(fallback.json),
          "fallback.tensors.bin": fallback.bytes,
        },
        content,
        properties: { ...inputs.model.record.properties, fallback: inputs.fallback.record.content },
      },
    };
  },
});

interface Model {
  readonly program: Program;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Both graphs over their inputs together; the score is the first's, and the second's where that is missing.
 *
 * Errors: FACTORY_IMPORT_UNFIT: other classes, another task, or one column read as two types.
 */
export function withFallback(model: Model, fallback: Model): Model {
  const [a, b] = [model.program, fallback.program];
  const order = classOrder(a, b);
  const inputs = [...a.inputs];
  for (const input of b.inputs) {
    const same = inputs.find(({ name }) => name === input.name);
    if (same === undefined) inputs.push({ ...input, missingAllowed: true });
    else if (same.type !== input.type && !(isNumber(same.type) && isNumber(input.type)))
      throw unfit(
        `"${input.name}" is a ${same.type} of the model and a ${input.type} of the fallback.`,
        "State the type in the rule: CAST(column AS …), or `types`.",
      );
  }
  const placeOf = (refs: Program, ref: number, nodesAt: number) =>
    ref < refs.inputs.length
      ? inputs.findIndex(({ name }) => name === refs.inputs[ref]!.name)
      : nodesAt + ref - refs.inputs.length;
  const [firstAt, secondAt] = [inputs.length, inputs.length + a.nodes.length];
  const nodes: ProgramNode[] = [
    ...a.nodes.map((node) => ({ ...node, inputs: node.inputs.map((ref) => placeOf(a, ref, firstAt)) })),
    ...b.nodes.map((node) => ({ ...prefixed(node), inputs: node.inputs.map((ref) => placeOf(b, ref, secondAt)) })),
  ];
  const add = (op: string, refs: readonly number[], attributes: ProgramNode["attributes"] = {}) =>
    inputs.length + nodes.push({ op, version: 1, inputs: refs, attributes }) - 1;
  const [first, second] = [placeOf(a, a.outputs.score, firstAt), placeOf(b, b.outputs.score, secondAt)];
  const score =
    a.outputs.task !== "multiclass"
      ? add("coalesce", [first, second])
      : add(
          "concat",
          order.map((place, k) =>
            add("coalesce", [add("element", [first], { index: k }), add("element", [second], { index: place })]),
          ),
        );
  const tensors = new Map([
    ...model.tensors,
    ...[...fallback.tensors].map(([name, tensor]) => [`fallback.${name}`, tensor] as const),
  ]);
  const outputs = { ...mapOutputs(a.outputs, (ref) => placeOf(a, ref, firstAt)), score };
  const program: Program = { format: a.format === 2 || b.format === 2 ? 2 : 1, inputs, nodes, outputs };
  validateProgram(program, tensors);
  return { program, tensors };
}

const isNumber = (type: string) => type === "number" || type === "integer";

function prefixed(node: ProgramNode): ProgramNode {
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, value]) => {
      const tensor =
        value !== null && typeof value === "object" && !Array.isArray(value)
          ? (value as { tensor?: unknown }).tensor
          : undefined;
      return [name, typeof tensor === "string" ? { tensor: `fallback.${tensor}` } : value];
    }),
  );
  return { ...node, attributes };
}

function classOrder(a: Program, b: Program): readonly number[] {
  const [own, other] = [a.outputs.classes ?? [], b.outputs.classes ?? []];
  const order = own.map((name) => other.indexOf(name));
  const isAlike = a.outputs.task === b.outputs.task && own.length === other.length && !order.includes(-1);
  if (!isAlike || (a.outputs.task === "binary" && order[1] !== 1))
    throw unfit(
      `The model is ${a.outputs.task} of ${own.join(", ") || "numbers"}; the fallback is ${b.outputs.task} of ${other.join(", ") || "numbers"}.`,
      "Give the fallback the model's task and classes.",
    );
  return order;
}

function unfit(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_IMPORT_UNFIT", { message, next });
}
