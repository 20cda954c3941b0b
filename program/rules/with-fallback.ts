import { encodeProgram } from "../format/encode.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Program, ProgramNode, Tensors } from "../model.ts";
import { mapOutputs } from "../outputs.ts";
import { ProgramError } from "../problem.ts";
import { validateProgram } from "../validate.ts";
import { definitionInvalid } from "./problem.ts";

interface Model {
  readonly program: Program;
  readonly tensors: Tensors;
}

/**
 * Both graphs over their inputs together; the score is the first's, and the second's where that is missing.
 * Tensors of the second begin with `fallback.`.
 *
 * Errors: PROGRAM_RULE_INVALID: other classes, another task, or one column read as two types.
 */
export function withFallback(model: Model, fallback: Model): Model {
  const [a, b] = [model.program, fallback.program];
  const order = classOrder(a, b);
  const inputs = [...a.inputs];
  for (const input of b.inputs) {
    const same = inputs.find(({ name }) => name === input.name);
    if (same === undefined) inputs.push({ ...input, missingAllowed: true });
    else if (same.type !== input.type && !(isNumber(same.type) && isNumber(input.type)))
      throw definitionInvalid(
        `"${input.name}" is a ${same.type} of the model and a ${input.type} of the fallback`,
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
    ...[...fallback.tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor] as const),
  ]);
  const outputs = { ...mapOutputs(a.outputs, (ref) => placeOf(a, ref, firstAt)), score };
  const program: Program = { format: a.format === 2 || b.format === 2 ? 2 : 1, inputs, nodes, outputs };
  validateProgram(program, tensors);
  return { program, tensors };
}

/** What a file keeps beside a program with a fallback, so that `splitFallback` finds both again. */
export function fallbackPart(model: Model, fallback: Model): JsonObject {
  const program = JSON.parse(JSON.stringify(fallback.program)) as JsonObject;
  return { format: model.program.format, inputs: model.program.inputs.length, program };
}

/**
 * The two models that `withFallback` made one of, by what `fallbackPart` said of them.
 *
 * Errors: PROGRAM_FILE_INVALID: the part is not of this program; those of `validateProgram`.
 */
export function splitFallback(whole: Model, part: JsonObject): { readonly own: Model; readonly fallback: Model } {
  const { inputs, nodes, outputs } = whole.program;
  if (!isObject(part.program) || !Number.isSafeInteger(part.inputs)) throw strayPart();
  const program = part.program as unknown as Program;
  const fallback = { program, tensors: unprefixed(whole.tensors) };
  validateProgram(program, fallback.tensors);
  const count = part.inputs as number;
  const last = outputs.task === "multiclass" ? 3 * outputs.classes!.length + 1 : 1;
  const joined = nodes[nodes.length - last];
  if (joined === undefined) throw strayPart();
  const placeOf = (ref: number) => (ref < inputs.length ? ref : ref - inputs.length + count);
  const own: Model = {
    program: {
      format: part.format as Program["format"],
      inputs: inputs.slice(0, count),
      nodes: nodes
        .slice(0, Math.max(0, nodes.length - last - program.nodes.length))
        .map((node) => ({ ...node, inputs: node.inputs.map(placeOf) })),
      outputs: { ...mapOutputs(outputs, placeOf), score: placeOf(joined.inputs[0] ?? -1) },
    },
    tensors: new Map([...whole.tensors].filter(([name]) => !name.startsWith(prefix))),
  };
  validateProgram(own.program, own.tensors);
  // whatever the part says, both together must be what is signed
  const again = withFallback(own, fallback);
  const text = ({ program, tensors }: Model) => encodeProgram(program, tensors).json;
  if (text(again) !== text(whole)) throw strayPart();
  return { own, fallback };
}

function strayPart(): ProgramError {
  return new ProgramError(
    "PROGRAM_FILE_INVALID",
    "The fallback that the model file names is not that of its program.",
    "Fetch the model file again, or export it again.",
  );
}

const prefix = "fallback.";

function unprefixed(tensors: Tensors): Tensors {
  return new Map(
    [...tensors].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
  );
}

const isNumber = (type: string) => type === "number" || type === "integer";

function prefixed(node: ProgramNode): ProgramNode {
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, value]) => {
      const tensor = isObject(value) ? value.tensor : undefined;
      return [name, typeof tensor === "string" ? { tensor: `${prefix}${tensor}` } : value];
    }),
  );
  return { ...node, attributes };
}

function classOrder(a: Program, b: Program): readonly number[] {
  const [own, other] = [a.outputs.classes ?? [], b.outputs.classes ?? []];
  const order = own.map((name) => other.indexOf(name));
  const isAlike = a.outputs.task === b.outputs.task && own.length === other.length && !order.includes(-1);
  if (!isAlike || (a.outputs.task === "binary" && order[1] !== 1))
    throw definitionInvalid(
      `The model is ${a.outputs.task} of ${own.join(", ") || "numbers"}; the fallback is ${b.outputs.task} of ${other.join(", ") || "numbers"}`,
      "Give the fallback the model's task and classes.",
    );
  return order;
}
