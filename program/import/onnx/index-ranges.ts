import { integersOf, protobufFields, textOf } from "./protobuf-reader.ts";
import { type OnnxConstant, type OnnxFileNode, readNode, readTensor } from "./read-onnx.ts";

/** An input's numbers that a value holds, by their place among those of a row; `axis` is counted with the rows. */
interface Tracked {
  readonly input: string;
  readonly places: readonly number[];
}

const sameNumbers = new Set(["Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten"]);
const mostShort = 1024;

/**
 * Which numbers of which inputs are places in a table, such as codes of an embedding, and how many places that has: by input and
 * place among the numbers of a row. Only what is taken from the input as it is, or by constant slices of its second axis, is found.
 */
export function indexRanges(
  model: Uint8Array,
  widths: ReadonlyMap<string, number>,
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const graph = [...protobufFields(model)].find(({ number }) => number === 7)?.bytes ?? new Uint8Array();
  const fields = [...protobufFields(graph)];
  const shapes = new Map<string, readonly number[]>();
  const constants = new Map<string, OnnxConstant>();
  const found = new Map<string, Map<number, number>>();
  const tracked = new Map<string, Tracked>(
    [...widths].map(([input, width]) => [input, { input, places: Array.from({ length: width }, (_, k) => k) }]),
  );
  for (const { number, bytes } of fields) {
    if (number !== 5) continue;
    const { name, shape } = outline(bytes);
    shapes.set(name, shape);
    if (bytes.length < mostShort) constants.set(name, readTensor(bytes));
  }
  for (const { number, bytes } of fields) {
    if (number !== 1 || bytes.length > 64 * mostShort) continue;
    const { op, inputs, outputs, attributes } = readNode(bytes);
    const constant = op === "Constant" ? constantOf(attributes) : constants.get(inputs[0]!);
    if (constant !== undefined && (op === "Constant" || sameNumbers.has(op))) {
      shapes.set(outputs[0]!, constant.shape);
      constants.set(outputs[0]!, constant);
    }
    const data = tracked.get(inputs[0]!);
    const integers = (at: number, name: string) =>
      constants.get(inputs[at] ?? "")?.numbers ?? attributes.get(name)?.integers;
    if (op === "Gather") {
      const axis = attributes.get("axis")?.integers[0] ?? 0;
      const indexes = tracked.get(inputs[1]!);
      const size = shapes.get(inputs[0]!)?.at(axis);
      const taken = constants.get(inputs[1]!)?.numbers;
      if (indexes !== undefined && size !== undefined) note(found, indexes, size);
      else if (data !== undefined && taken !== undefined && axis === 1) tracked.set(outputs[0]!, picked(data, taken));
    } else if (op === "Slice" && data !== undefined) {
      const [start, end, axes] = [integers(1, "starts"), integers(2, "ends"), integers(3, "axes")];
      const steps = integers(4, "steps") ?? [1];
      if (start?.length !== 1 || end?.length !== 1 || steps[0] !== 1) continue;
      if (axes?.[0] === 0) tracked.set(outputs[0]!, data);
      if (axes?.[0] === 1) tracked.set(outputs[0]!, { ...data, places: data.places.slice(start[0], end[0]) });
    } else if (op === "Split" && data !== undefined) {
      const sizes = integers(1, "split") ?? outputs.map(() => data.places.length / outputs.length);
      if ((attributes.get("axis")?.integers[0] ?? 0) !== 1) continue;
      let at = 0;
      outputs.forEach((name, k) => {
        tracked.set(name, { ...data, places: data.places.slice(at, at + sizes[k]!) });
        at += sizes[k]!;
      });
    } else if (sameNumbers.has(op) && data !== undefined) tracked.set(outputs[0]!, data);
  }
  return found;
}

function constantOf(attributes: OnnxFileNode["attributes"]): OnnxConstant | undefined {
  const tensor = attributes.get("value")?.tensor;
  if (tensor !== undefined) return tensor;
  const numbers = (attributes.get("value_ints") ?? attributes.get("value_int"))?.integers;
  return numbers === undefined ? undefined : { shape: [numbers.length], numbers, texts: [] };
}

function picked({ input, places }: Tracked, indexes: readonly number[]): Tracked {
  return { input, places: indexes.flatMap((at) => places.at(at) ?? []) };
}

/** The smaller of two tables counts. */
function note(found: Map<string, Map<number, number>>, { input, places }: Tracked, size: number): void {
  const ranges = found.get(input) ?? new Map<number, number>();
  for (const place of places) ranges.set(place, Math.min(size, ranges.get(place) ?? size));
  found.set(input, ranges);
}

/** TensorProto: 1 dims, 8 name. */
function outline(tensor: Uint8Array): { readonly name: string; readonly shape: readonly number[] } {
  const fields = [...protobufFields(tensor)];
  const name = fields.find(({ number }) => number === 8);
  return {
    name: name === undefined ? "" : textOf(name),
    shape: fields.filter(({ number }) => number === 1).flatMap(integersOf),
  };
}
