import { type Frame, load, type Program, type ProgramNode } from "@millrace/program";
import { importRule } from "@millrace/program/import";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { isMillraceError, platformRuntimes } from "#kernel";
import { graftImages, imageFeatures, withImageColumns } from "./image-features.ts";

const plain = async (background: string) =>
  (
    await sharp({ create: { width: 20, height: 10, channels: 3, background } })
      .png()
      .toBuffer()
  ).toString("base64");

describe("images without an embedding", () => {
  let images: string[] = [];
  beforeAll(async () => {
    images = [await plain("#ff0000"), await plain("#0000ff"), "bm8gaW1hZ2U="];
  });
  const frameOf = (): Frame => ({
    rows: 4,
    columns: new Map([["image", { type: "string", codes: Int32Array.of(0, 1, 2, -1), levels: images }]]),
  });

  test("are the colours of a grid, and missing where they do not decode", () => {
    const { columns } = withImageColumns(frameOf(), imageFeatures({ column: "image" }));
    expect(columns.size).toBe(108);
    for (const [name, value] of [
      ["image_0000", 1],
      ["image_0001", 0],
      ["image_0107", 0],
    ] as const) {
      const column = columns.get(name);
      expect(column).toMatchObject({ type: "number", missing: Uint8Array.of(0, 0, 1, 1) });
      expect(column?.type === "number" ? column.values[0] : undefined).toBe(value);
    }
  });

  test("are the input of what was learned from their numbers; an image that does not decode has no score", () => {
    const features = imageFeatures({ column: "image", scale: "signed" });
    const learned = importRule({
      kind: "expression",
      expression: "CASE WHEN COALESCE(image_0000, 5) > 0 THEN 'red' WHEN image_0002 > 0 THEN 'blue' ELSE 'other' END",
    });
    const model = graftImages(learned.program, learned.tensors, features);
    expect(model.program.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual(["image string"]);
    const scorer = load(model, platformRuntimes);
    expect([...images, null].map((image) => scorer.score({ image }).prediction)).toEqual(["red", "blue", null, null]);
    const frame = scorer.scoreFrame(frameOf());
    expect([...frame.prediction]).toEqual([0, 1, -1, -1]);
  });

  test("outputs beside the score stay what they are", () => {
    const features = imageFeatures({ column: "image" });
    const learned = importRule({ kind: "expression", expression: "image_0000 * 10" });
    const { inputs, nodes, outputs } = learned.program;
    const scale = (offset: number): ProgramNode => ({
      op: "scale",
      version: 1,
      inputs: [outputs.score],
      attributes: { offset, scale: 1 },
    });
    const at = inputs.length + nodes.length;
    const program: Program = {
      format: 2,
      inputs,
      nodes: [...nodes, scale(1), scale(-1)],
      outputs: { ...outputs, interval: { level: 0.9, low: at, high: at + 1 } },
    };
    const model = graftImages(program, learned.tensors, features);
    expect(load(model, platformRuntimes).score({ image: images[0] })).toMatchObject({
      score: 10,
      intervalLow: 9,
      intervalHigh: 11,
    });
  });

  test("an embedding that takes no image is refused", () => {
    try {
      imageFeatures({ column: "image", embedding: Buffer.from("OgIKAA==", "base64") });
      expect.unreachable();
    } catch (error) {
      expect(isMillraceError(error) && error.code).toBe("TRANSFORM_EMBEDDING_UNFIT");
    }
  });
});
