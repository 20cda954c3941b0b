import { expect, test } from "vitest";
import { NodeWriter } from "./node-writer.ts";

test("takes more nodes at once than a call takes arguments", () => {
  const writer = new NodeWriter({ features: [], nextRef: 5, prefix: "model." });
  const node = { op: "isMissing", version: 1 as const, inputs: [0], attributes: {} };
  writer.append({ nodes: Array.from({ length: 300_000 }, () => node), tensors: new Map() });
  expect(writer.next).toBe(300_005);
});
