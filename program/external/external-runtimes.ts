import type { Column } from "../columns.ts";
import type { ExternalNodes } from "../interpreter/evaluate.ts";
import type { Attributes, OnnxPort } from "../operators/attributes.ts";
import type { Cell, Prepared, ValueType } from "../operators/operator.ts";
import { ProgramError } from "../problem.ts";
import type { OnnxSession, Runtimes, RuntimeTensor } from "./runtimes.ts";

/**
 * Makes the nodes ready that need a runtime beside this package: `load(source, externalRuntimes({ onnx, images }))`.
 *
 * Errors: PROGRAM_RUNTIME_FAILED, when scoring: a graph that gives another number of values than the program says.
 */
export function externalRuntimes(runtimes: Runtimes): ExternalNodes {
  return ({ operator, attributes, types, result }) => {
    if (operator.op === "onnxModel" && runtimes.onnx !== undefined) {
      const session = runtimes.onnx.open(attributes.u8("model"));
      return byRow(types, result, graphRow(session, types, attributes));
    }
    if (operator.op === "imagePixels" && runtimes.images !== undefined)
      return byRow(types, result, pixelsRow(runtimes, attributes));
    return undefined;
  };
}

/** Fills the numbers of one row, or says that it is missing. */
type RowWork = (inputs: readonly Cell[], out: Float64Array) => boolean;

/** One row at a time also in columns: a graph over many rows may add in another order, and give other bits. */
function byRow(types: readonly ValueType[], result: ValueType, work: RowWork): Prepared {
  const width = result.type === "vector" ? result.width : 1;
  return {
    cells: (inputs, out) => {
      const numbers = new Float64Array(width);
      return () => {
        out.missing = !work(inputs, numbers);
        if (result.type === "vector") out.vector.set(numbers);
        else out.number = numbers[0]!;
      };
    },
    columns: (inputs, rows) => {
      const cells = types.map(
        (type): Cell => ({
          missing: false,
          number: 0,
          text: "",
          vector: new Float64Array(type.type === "vector" ? type.width : 0),
        }),
      );
      const values = new Float64Array(rows * width);
      const missing = new Uint8Array(rows);
      const numbers = new Float64Array(width);
      for (let row = 0; row < rows; row++) {
        inputs.forEach((column, k) => {
          readCell(column, row, cells[k]!);
        });
        if (work(cells, numbers)) values.set(numbers, row * width);
        else missing[row] = 1;
      }
      const mask = missing.includes(1) ? { missing } : {};
      return result.type === "vector"
        ? { type: "vector", width, values, ...mask }
        : { type: "number", values, ...mask };
    },
  };
}

function readCell(column: Column, row: number, cell: Cell): void {
  if (column.type === "string") {
    cell.missing = column.codes[row]! < 0;
    cell.text = column.levels[column.codes[row]!] ?? "";
    return;
  }
  cell.missing = column.missing?.[row] === 1;
  if (column.type === "vector") cell.vector.set(column.values.subarray(row * column.width, (row + 1) * column.width));
  else cell.number = column.values[row]!;
}

const empty: Readonly<Record<OnnxPort["type"], (size: number) => RuntimeTensor["data"] & { [k: number]: unknown }>> = {
  float32: (size) => new Float32Array(size),
  float64: (size) => new Float64Array(size),
  int64: (size) => new BigInt64Array(size),
  bool: (size) => new Uint8Array(size),
  string: (size) => new Array<string>(size).fill(""),
};

/** A missing number is NaN to floats and makes the result missing for others; a missing text is the empty one. */
function graphRow(session: OnnxSession, types: readonly ValueType[], attributes: Attributes): RowWork {
  const feeds = attributes.ports("feeds");
  const [output, width] = [attributes.text("output"), attributes.number("width")];
  return (inputs, out) => {
    let at = 0;
    const given: Record<string, RuntimeTensor> = {};
    for (const { name, type, shape } of feeds) {
      const size = shape.reduce((product, one) => product * one, 1);
      const data = empty[type](size);
      const isReal = type === "float32" || type === "float64";
      for (let k = 0; k < size; at++) {
        const cell = inputs[at]!;
        if (type !== "string" && cell.missing && !isReal) return false;
        const numbers = types[at]!.type === "vector" ? cell.vector : [cell.number];
        if (type === "string") data[k++] = cell.missing ? "" : cell.text;
        else for (const x of numbers) data[k++] = type === "int64" ? wholeOf(x) : cell.missing ? Number.NaN : x;
      }
      given[name] = { type, data, dims: [1, ...shape] };
    }
    const { data } = session.run(given, output);
    if (data.length !== width)
      throw new ProgramError(
        "PROGRAM_RUNTIME_FAILED",
        `The graph gives ${data.length} numbers as "${output.slice(0, 80)}"; the program says ${width}.`,
        "Import the model again.",
      );
    for (let k = 0; k < width; k++) {
      out[k] = Number(data[k]) + 0;
      if (Number.isNaN(out[k])) return false;
    }
    return true;
  };
}

const wholeOf = (x: number) => (Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n);

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function pixelsRow({ images }: Runtimes, attributes: Attributes): RowWork {
  const [width, height] = [attributes.number("width"), attributes.number("height")];
  const request = { width, height, filter: attributes.text("filter") as "linear" };
  const [mean, deviation] = [attributes.numbers("mean"), attributes.numbers("deviation")];
  const isFirst = attributes.text("layout") === "channelsFirst";
  const pixels = width * height;
  return ([cell], out) => {
    if (cell!.missing || cell!.text.length % 4 !== 0 || !base64.test(cell!.text)) return false;
    const found = images!.decode(bytesOf(cell!.text), request);
    if (found === undefined || found.length !== 3 * pixels) return false;
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < 3; c++)
        out[isFirst ? c * pixels + p : 3 * p + c] = (found[3 * p + c]! / 255 - mean[c]!) / deviation[c]! + 0;
    return true;
  };
}

function bytesOf(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}
