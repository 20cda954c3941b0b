import type { JsonValue } from "../json.ts";
import type { Tensor, Tensors } from "../model.ts";

/** What an attribute may hold. `optional` ones have a default in the operator's documentation. */
export interface AttributeSpec {
  readonly kind:
    | "number"
    | "integer"
    | "boolean"
    | "choice"
    | "text"
    | "ports"
    | "levels"
    | "numbers"
    | "numberOrNumbers"
    | "numberOrF64"
    | "f64"
    | "i32"
    | "u32"
    | "u8";
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly choices?: readonly string[];
}
export type AttributeTable = Readonly<Record<string, AttributeSpec>>;

/** An input of an ONNX graph: its shape without the rows. */
export interface OnnxPort {
  readonly name: string;
  readonly type: "float32" | "float64" | "int64" | "bool" | "string";
  readonly shape: readonly number[];
}
const portTypes = ["float32", "float64", "int64", "bool", "string"];

type AttributeValue =
  | null
  | readonly OnnxPort[]
  | number
  | boolean
  | string
  | readonly string[]
  | readonly number[]
  | Tensor;

/** The attributes of one node, checked against the operator's table. */
export class Attributes {
  readonly #values: ReadonlyMap<string, AttributeValue>;
  /** Of the operator. */
  readonly version: number;

  constructor(values: ReadonlyMap<string, AttributeValue>, version: number) {
    this.#values = values;
    this.version = version;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
  /** NaN, where the attribute is null or absent, is an operator's "gives missing". */
  number(name: string, byDefault = Number.NaN): number {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : byDefault;
  }
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }
  text(name: string): string {
    return this.#values.get(name) as string;
  }
  levels(name: string): readonly string[] {
    return this.#values.get(name) as readonly string[];
  }
  ports(name: string): readonly OnnxPort[] {
    return this.#values.get(name) as readonly OnnxPort[];
  }
  /** A number as a list of one. */
  numbers(name: string): readonly number[] {
    const value = this.#values.get(name);
    return typeof value === "number" ? [value] : ((value ?? []) as readonly number[]);
  }
  f64(name: string): Float64Array {
    const value = this.#values.get(name);
    if (typeof value === "number") return Float64Array.of(value);
    return (value as Tensor | undefined)?.values as Float64Array;
  }
  i32(name: string): Int32Array {
    return (this.#values.get(name) as Tensor).values as Int32Array;
  }
  u32(name: string): Uint32Array {
    return (this.#values.get(name) as Tensor).values as Uint32Array;
  }
  u8(name: string): Uint8Array {
    return (this.#values.get(name) as Tensor).values as Uint8Array;
  }
}

/** Reads a node's attributes; gives a sentence where one is unknown, absent or wrong. */
export function readAttributes(
  table: AttributeTable,
  given: Readonly<Record<string, JsonValue>>,
  tensors: Tensors,
  version: number,
): Attributes | string {
  const values = new Map<string, AttributeValue>();
  for (const name of Object.keys(given))
    if (!Object.hasOwn(table, name))
      return `unknown attribute "${name}" (known: ${Object.keys(table).join(", ") || "none"})`;
  for (const [name, spec] of Object.entries(table)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) {
      if (spec.optional) continue;
      return `attribute "${name}" is not given`;
    }
    if (value === null) {
      if (!spec.nullable) return `attribute "${name}" is null`;
      values.set(name, null);
      continue;
    }
    const read = readOne(spec, value, tensors);
    if (typeof read === "object" && read !== null && "problem" in read) return `attribute "${name}" ${read.problem}`;
    values.set(name, read as AttributeValue);
  }
  return new Attributes(values, version);
}

function readOne(spec: AttributeSpec, value: JsonValue, tensors: Tensors): AttributeValue | { problem: string } {
  switch (spec.kind) {
    case "number":
      return number(spec, value);
    case "integer":
      return Number.isSafeInteger(value) ? number(spec, value) : { problem: "is not a whole number" };
    case "boolean":
      return typeof value === "boolean" ? value : { problem: "is not true or false" };
    case "choice":
      return typeof value === "string" && spec.choices?.includes(value)
        ? value
        : { problem: `is not one of ${spec.choices?.join(", ")}` };
    case "text":
      if (typeof value !== "string") return { problem: "is not a text" };
      return value.length <= (spec.high ?? value.length) ? value : { problem: `has more than ${spec.high} characters` };
    case "ports":
      return ports(value);
    case "levels":
      return levels(value);
    case "numbers":
      return numbers(value);
    case "numberOrNumbers":
      return typeof value === "number" ? number(spec, value) : numbers(value);
    case "numberOrF64":
      return typeof value === "number" ? number(spec, value) : tensor("f64", value, tensors);
    default:
      return tensor(spec.kind, value, tensors);
  }
}

function number(spec: AttributeSpec, value: JsonValue): number | { problem: string } {
  if (typeof value !== "number" || !Number.isFinite(value)) return { problem: "is not a finite number" };
  if (spec.low !== undefined && value < spec.low) return { problem: `is ${value}, below ${spec.low}` };
  if (spec.high !== undefined && value > spec.high) return { problem: `is ${value}, above ${spec.high}` };
  return value;
}

function numbers(value: JsonValue): readonly number[] | { problem: string } {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number" && Number.isFinite(item)))
    return { problem: "is not a list of finite numbers" };
  return value as number[];
}

function levels(value: JsonValue): readonly string[] | { problem: string } {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    return { problem: "is not a list of texts" };
  if (new Set(value).size !== value.length) return { problem: "names a level twice" };
  return value as string[];
}

function ports(value: JsonValue): readonly OnnxPort[] | { problem: string } {
  const isPort = (port: unknown) => {
    const { name, type, shape } = (port ?? {}) as Record<string, unknown>;
    const sizes =
      Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size > 0);
    return (
      typeof name === "string" &&
      portTypes.includes(type as string) &&
      sizes &&
      Object.keys(port as object).length === 3
    );
  };
  if (!Array.isArray(value) || value.length === 0 || !value.every(isPort))
    return { problem: "is not a list of { name, type, shape }" };
  const found = value as unknown as OnnxPort[];
  return new Set(found.map(({ name }) => name)).size === found.length ? found : { problem: "names a feed twice" };
}

function tensor(type: Tensor["type"], value: JsonValue, tensors: Tensors): Tensor | { problem: string } {
  const name = value !== null && typeof value === "object" && "tensor" in value ? value.tensor : undefined;
  if (typeof name !== "string" || Object.keys(value as object).length !== 1)
    return { problem: 'is not of the form { "tensor": "name" }' };
  const found = tensors.get(name);
  if (found === undefined) return { problem: `names the tensor "${name}", which is not there` };
  return found.type === type ? found : { problem: `needs a tensor of ${type}; "${name}" holds ${found.type}` };
}
