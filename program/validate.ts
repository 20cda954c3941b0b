import { isKnownPattern } from "./interpreter/timestamp-text.ts";
import { isObject, type JsonValue } from "./json.ts";
import { programLimits as limits } from "./limits.ts";
import type {
  InputDomain,
  InputType,
  Program,
  ProgramInput,
  ProgramNode,
  ProgramOutputs,
  Tensors,
  ValueRef,
} from "./model.ts";
import { type Attributes, readAttributes } from "./operators/attributes.ts";
import { externalTable } from "./operators/external.ts";
import { type Operator, typeOfInput, type ValueType } from "./operators/operator.ts";
import { operatorTable } from "./operators/table.ts";
import { ProgramError, type ProgramErrorCode } from "./problem.ts";

const inputTypes: readonly InputType[] = ["number", "integer", "bool", "timestamp", "string", "strings", "vector"];
const tensorName = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$/;

/** A node whose operator, types and attributes were checked. */
export interface CheckedNode {
  readonly operator: Operator;
  readonly attributes: Attributes;
  readonly inputs: readonly number[];
  readonly types: readonly ValueType[];
  readonly result: ValueType;
}

/**
 * Checks a program and its tensors whole: format, names, types of every value, attributes, tensors, outputs and limits.
 *
 * Errors: PROGRAM_FORMAT_UNKNOWN, PROGRAM_OPERATOR_UNKNOWN, PROGRAM_GRAPH_INVALID, PROGRAM_ATTRIBUTE_INVALID,
 * PROGRAM_TENSOR_INVALID, PROGRAM_LIMIT_EXCEEDED: each names the node and what is wrong.
 */
export function validateProgram(program: Program, tensors: Tensors): void {
  checkProgram(program, tensors);
}

export function checkFormat(format: unknown): void {
  if (format !== 1 && format !== 2)
    throw fail("PROGRAM_FORMAT_UNKNOWN", `The program has format ${String(format)}; 1 and 2 are known`);
}

export function checkProgram(program: Program, tensors: Tensors): readonly CheckedNode[] {
  checkFormat(program.format);
  onlyKeys(program, ["format", "inputs", "nodes", "outputs"], "The program");
  const nodes = checkGraph(program.inputs, program.nodes, tensors);
  const values = [...program.inputs.map(typeOfInput), ...nodes.map((node) => node.result)];
  checkOutputs(program.outputs, values);
  checkExtras(program, values);
  return nodes;
}

export function checkGraph(
  inputs: readonly ProgramInput[],
  nodes: readonly ProgramNode[],
  tensors: Tensors,
): readonly CheckedNode[] {
  if (!Array.isArray(inputs) || !Array.isArray(nodes)) throw graph("The program has no list of inputs or of nodes");
  within("inputs", inputs.length, limits.inputs);
  within("nodes", nodes.length, limits.nodes);
  checkTensors(tensors);
  const names = new Set<string>();
  for (const input of inputs) checkInput(input, names);
  const types: ValueType[] = inputs.map(typeOfInput);
  return nodes.map((node, k) => {
    const checked = checkNode(node, k, types, tensors);
    types.push(checked.result);
    return checked;
  });
}

function checkNode(node: ProgramNode, k: number, types: readonly ValueType[], tensors: Tensors): CheckedNode {
  if (!isObject(node)) throw graph(`Node ${k} is not an object`);
  const where = `Node ${k} (${String(node.op)}${typeof node.label === "string" ? `, ${node.label.slice(0, 80)}` : ""})`;
  onlyKeys(node, ["op", "version", "inputs", "attributes", "label"], where);
  const operator = operatorTable.get(node.op) ?? externalTable.get(node.op);
  if (operator === undefined || (node.version !== 1 && !(node.version === 2 && operator.second)))
    throw fail(
      "PROGRAM_OPERATOR_UNKNOWN",
      `${where} uses version ${String(node.version)} of an operator that this reader does not have`,
    );
  if (node.label !== undefined) nameLength(node.label, `The label of node ${k}`);
  if (!Array.isArray(node.inputs)) throw graph(`${where} has no list of inputs`);
  within(`inputs of node ${k}`, node.inputs.length, limits.inputsOfANode);
  const read = node.inputs.map((ref: unknown) => {
    if (!Number.isSafeInteger(ref) || (ref as number) < 0 || (ref as number) >= types.length)
      throw graph(`${where} reads value ${String(ref)}; only values 0 … ${types.length - 1} come before it`);
    return types[ref as number]!;
  });
  if (!isObject(node.attributes)) throw fail("PROGRAM_ATTRIBUTE_INVALID", `${where} has no attributes`);
  checkTexts(node.attributes, where, 0);
  const attributes = readAttributes(operator.attributes, node.attributes, tensors, node.version);
  if (typeof attributes === "string") throw fail("PROGRAM_ATTRIBUTE_INVALID", `${where}: ${attributes}`);
  const result = operator.result(read, attributes);
  if (typeof result === "string") throw fail("PROGRAM_ATTRIBUTE_INVALID", `${where} ${result}`);
  if (result.type === "vector") within(`width of node ${k}`, result.width, limits.vectorWidth);
  return { operator, attributes, inputs: node.inputs, types: read, result };
}

function checkInput(input: ProgramInput, names: Set<string>): void {
  if (!isObject(input)) throw graph("An input is not an object");
  nameLength(input.name, "An input's name");
  const where = `Input "${input.name}"`;
  onlyKeys(input, ["name", "type", "missingAllowed", "width", "pattern", "domain", "promise", "invalid"], where);
  if (names.has(input.name)) throw graph(`${where} is there twice`);
  names.add(input.name);
  if (!inputTypes.includes(input.type))
    throw graph(`${where} has the type ${String(input.type)}; known are ${inputTypes.join(", ")}`);
  if (typeof input.missingAllowed !== "boolean") throw graph(`${where} has no missingAllowed`);
  if ((input.type === "vector") !== (input.width !== undefined))
    throw graph(`${where} is a ${input.type}${input.width === undefined ? " without" : " with"} a width`);
  if (input.width !== undefined) {
    if (!Number.isSafeInteger(input.width) || input.width < 1) throw graph(`${where} has the width ${input.width}`);
    within(`numbers of input "${input.name}"`, input.width, limits.inputWidth);
  }
  if (input.pattern !== undefined) {
    nameLength(input.pattern, `The pattern of input "${input.name}"`);
    if (input.type !== "timestamp") throw graph(`${where} has a pattern, but its type is ${input.type}`);
    if (!isKnownPattern(input.pattern)) throw graph(`${where} has the pattern ${input.pattern}, which is not known`);
  }
  if (input.invalid !== undefined) {
    if (input.invalid !== "impute" && input.invalid !== "abstain")
      throw graph(`${where} has the policy ${String(input.invalid)}; known are impute and abstain`);
    if ((input.invalid === "impute") !== input.missingAllowed)
      throw graph(`${where} has the policy ${input.invalid}, but may ${input.missingAllowed ? "" : "not "}be missing`);
  }
  const isList = input.type === "strings" || input.type === "vector";
  if (isList && input.domain !== undefined) throw graph(`${where} is a list, which has no domain`);
  checkDomain(input.domain, ["levels", "low", "high"], where);
  checkDomain(input.promise, isList ? ["required"] : ["levels", "low", "high", "required"], where);
  if (input.promise?.required !== undefined && input.promise.required !== true)
    throw graph(`${where} has a required that is not true`);
}

function checkDomain(domain: InputDomain | undefined, keys: readonly string[], where: string): void {
  if (domain === undefined) return;
  if (!isObject(domain)) throw graph(`${where} has a domain that is not an object`);
  const { levels, low, high } = domain;
  onlyKeys(domain, keys, `The domain of ${where.replace("Input", "input")}`);
  if (levels !== undefined) {
    if (!Array.isArray(levels)) throw graph(`${where} has levels that are not a list`);
    checkTexts(levels as readonly JsonValue[], where, 0);
  }
  for (const bound of [low, high])
    if (bound !== undefined && !Number.isFinite(bound))
      throw graph(`${where} has a domain bound that is not a finite number`);
}

function checkOutputs(outputs: ProgramOutputs, values: readonly ValueType[]): void {
  if (!isObject(outputs)) throw graph("The program has no outputs");
  onlyKeys(outputs, ["task", "score", "classes", "threshold", ...extraNames], "The outputs");
  const { task, score, classes, threshold } = outputs;
  if (task !== "binary" && task !== "multiclass" && task !== "regression")
    throw graph(`The task ${String(task)} is not known`);
  const type = Number.isSafeInteger(score) ? values[score] : undefined;
  if (type === undefined) throw graph(`The score is value ${String(score)}, which is not there`);
  if (task === "regression") {
    if (type.type !== "number") throw graph(`A regression's score must be a number; it is a ${type.type}`);
    if (classes !== undefined || threshold !== undefined)
      throw graph("A regression has neither classes nor a threshold");
    return;
  }
  if (!Array.isArray(classes) || classes.length < 2) throw graph("A classification needs at least two classes");
  within("classes", classes.length, limits.classes);
  for (const name of classes) nameLength(name, "A class's name");
  if (new Set(classes).size !== classes.length) throw graph("A class is named twice");
  if (task === "binary") {
    if (type.type !== "number" || classes.length !== 2) throw graph("A binary score must be a number, of two classes");
    if (threshold !== undefined && !Number.isFinite(threshold)) throw graph("The threshold is not a finite number");
    return;
  }
  if (threshold !== undefined) throw graph("A multiclass program has no threshold");
  if (type.type !== "vector" || type.width !== classes.length)
    throw graph(`A multiclass score must be a vector of ${classes.length} numbers`);
}

/** Outputs beside the score; they and `invalid` make a program one of format 2. */
const extraNames = ["interval", "set", "outOfDomain", "abstain"] as const;

function checkExtras({ format, inputs, nodes, outputs }: Program, values: readonly ValueType[]): void {
  const { task, classes, interval, set, outOfDomain, abstain } = outputs;
  const isSecond =
    extraNames.some((name) => outputs[name] !== undefined) ||
    inputs.some(({ invalid }) => invalid) ||
    nodes.some(({ op, attributes }) => op === "trees" && attributes.leafCover !== undefined);
  if (isSecond !== (format === 2))
    throw graph(
      `A program of format ${format} has ${isSecond ? "outputs or policies of format 2" : "none of format 2"}`,
    );
  const level = (part: { readonly level: number }, what: string) => {
    if (!(part.level > 0 && part.level < 1)) throw graph(`The level of the ${what} is not between 0 and 1`);
  };
  const number = (ref: ValueRef, what: string) => {
    if (!(Number.isSafeInteger(ref) && values[ref]?.type === "number")) throw graph(`The ${what} must be a number`);
  };
  if (interval !== undefined) {
    part(interval, ["low", "high", "level"], "interval");
    if (task !== "regression") throw graph("Only a regression has an interval");
    number(interval.low, "interval's low bound");
    number(interval.high, "interval's high bound");
    level(interval, "interval");
  }
  if (set !== undefined) {
    part(set, ["members", "level"], "set");
    const type = Number.isSafeInteger(set.members) ? values[set.members] : undefined;
    if (classes === undefined) throw graph("A regression has no set of classes");
    if (type?.type !== "vector" || type.width !== classes.length)
      throw graph(`A set must be a vector of ${classes.length} numbers`);
    level(set, "set");
  }
  if (outOfDomain !== undefined) {
    part(outOfDomain, ["score", "threshold"], "out-of-domain score");
    number(outOfDomain.score, "out-of-domain score");
    if (!Number.isFinite(outOfDomain.threshold)) throw graph("The out-of-domain threshold is not a finite number");
  }
  if (abstain === undefined) {
    if (inputs.some(({ invalid }) => invalid === "abstain")) throw graph("An input abstains, but no output says so");
    return;
  }
  part(abstain, ["outOfDomain", "unsure"], "abstention");
  if (abstain.outOfDomain !== undefined && typeof abstain.outOfDomain !== "boolean")
    throw graph("The abstention does not say whether it is out of domain");
  if (abstain.outOfDomain === true && outOfDomain === undefined)
    throw graph("The program abstains out of domain, but has no out-of-domain score");
  if (abstain.unsure === undefined) return;
  part(abstain.unsure, ["from", "to"], "unsure band");
  if (task === "regression") throw graph("A regression has no unsure band");
  const { from, to } = abstain.unsure;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to))
    throw graph("The unsure band is not two finite numbers in order");
}

function part(value: object, keys: readonly string[], what: string): void {
  if (!isObject(value)) throw graph(`The ${what} is not an object`);
  onlyKeys(value, keys, `The ${what}`);
}

function checkTensors(tensors: Tensors): void {
  within("tensors", tensors.size, limits.tensors);
  let bytes = 0;
  for (const [name, tensor] of tensors) {
    if (!tensorName.test(name))
      throw fail("PROGRAM_TENSOR_INVALID", `The tensor name "${name.slice(0, 80)}" is not allowed`);
    bytes += tensor.values.byteLength + 64;
    if (tensor.type === "f64" && tensor.values.some(Number.isNaN))
      throw fail("PROGRAM_TENSOR_INVALID", `The tensor "${name}" holds NaN`);
  }
  within("bytes of tensors", bytes, limits.tensorBytes);
}

function checkTexts(value: JsonValue, where: string, depth: number): void {
  if (typeof value === "string") {
    if (value.length > limits.levelLength)
      throw fail(
        "PROGRAM_LIMIT_EXCEEDED",
        `${where} has a text of ${value.length} characters; the most is ${limits.levelLength}`,
      );
    if (!value.isWellFormed()) throw graph(`${where} has a text with a lone surrogate`);
  } else if (Array.isArray(value)) {
    if (value.length > limits.levels)
      throw fail("PROGRAM_LIMIT_EXCEEDED", `${where} has a list of ${value.length}; the most is ${limits.levels}`);
    if (depth < 4) for (const item of value) checkTexts(item as JsonValue, where, depth + 1);
  } else if (isObject(value)) for (const item of Object.values(value)) checkTexts(item as JsonValue, where, depth + 1);
}

function nameLength(name: unknown, what: string): void {
  if (typeof name !== "string" || name === "") throw graph(`${what} is not a text`);
  if (name.length > limits.nameLength)
    throw fail("PROGRAM_LIMIT_EXCEEDED", `${what} has ${name.length} characters; the most is ${limits.nameLength}`);
  if (name === "__proto__" || !name.isWellFormed()) throw graph(`${what} may not be ${JSON.stringify(name)}`);
}

function onlyKeys(object: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(object))
    if (!known.includes(key)) throw graph(`${what} has the unknown property "${key.slice(0, 80)}"`);
}

function within(what: string, count: number, most: number): void {
  if (count > most) throw fail("PROGRAM_LIMIT_EXCEEDED", `The number of ${what} is ${count}; the most is ${most}`);
}

function graph(problem: string): ProgramError {
  return fail("PROGRAM_GRAPH_INVALID", problem);
}

export function fail(code: ProgramErrorCode, problem: string): ProgramError {
  return new ProgramError(
    code,
    `${problem}.`,
    code === "PROGRAM_FORMAT_UNKNOWN" || code === "PROGRAM_OPERATOR_UNKNOWN"
      ? "Use a newer @millrace/program."
      : "Fetch the model file again, or export it again.",
  );
}
