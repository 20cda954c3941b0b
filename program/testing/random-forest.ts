import type { JsonObject } from "../json.ts";
import type { Tensor } from "../model.ts";
import type { Pick } from "./pick.ts";

/**
 * Attributes of a small `trees` node with categorical splits and odd thresholds; its tensors are put into `tensors`.
 * `version` 2: a number a leaf for each class.
 */
export function randomForest(
  pick: Pick,
  tensors: Map<string, Tensor>,
  name: string,
  features: number,
  classes: number,
  version: 1 | 2 = 1,
): JsonObject {
  const columns = {
    treeStart: [],
    feature: [],
    left: [],
    right: [],
    missingLeft: [],
    categorical: [],
    bitsetStart: [0],
    bitsets: [],
  } as Record<string, number[]>;
  const threshold: number[] = [];
  const leafValue: number[] = [];
  const width = version === 2 ? classes : 1;
  const leaf = () => {
    for (let k = 0; k < width; k++) leafValue.push((pick(2001) - 1000) / 64);
    return ~(leafValue.length / width - 1);
  };
  const grow = (depth: number): number => {
    if (depth === 0 || pick(4) === 0) return leaf();
    const at = threshold.push([0, 0.5, 1, 2, Number.POSITIVE_INFINITY, -3][pick(6)]!) - 1;
    columns.feature!.push(pick(features));
    columns.missingLeft!.push(pick(2));
    const categorical = pick(3) === 0 ? 1 : 0;
    columns.categorical!.push(categorical);
    for (let word = 0; word < (categorical === 1 ? 1 + pick(9) : 0); word++)
      columns.bitsets!.push(pick(65536) * 65536 + pick(65536));
    columns.bitsetStart!.push(columns.bitsets!.length);
    columns.left!.push(0);
    columns.right!.push(0);
    columns.left![at] = grow(depth - 1);
    columns.right![at] = grow(depth - 1);
    return at;
  };
  const count = 1 + pick(5);
  for (let t = 0; t < (count * classes) / width; t++) columns.treeStart!.push(grow(4));
  const tensor = (part: string, value: Tensor) => {
    tensors.set(`${name}.${part}`, value);
    return { tensor: `${name}.${part}` };
  };
  const i32 = (part: string) => tensor(part, { type: "i32", values: Int32Array.from(columns[part]!) });
  const u8 = (part: string) => tensor(part, { type: "u8", values: Uint8Array.from(columns[part]!) });
  return {
    base: classes === 1 ? 0.25 : Array.from({ length: classes }, () => pick(5) - 2),
    classes,
    treeStart: i32("treeStart"),
    feature: i32("feature"),
    threshold: tensor("threshold", { type: "f64", values: Float64Array.from(threshold) }),
    left: i32("left"),
    right: i32("right"),
    missingLeft: u8("missingLeft"),
    categorical: u8("categorical"),
    bitsetStart: i32("bitsetStart"),
    bitsets: tensor("bitsets", { type: "u32", values: Uint32Array.from(columns.bitsets!) }),
    leafValue: tensor("leafValue", { type: "f64", values: Float64Array.from(leafValue) }),
  };
}
