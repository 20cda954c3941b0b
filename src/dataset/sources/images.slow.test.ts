import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readSource } from "../reading/read-source.ts";
import { errorOf, hasSharedData, project, sharedData, skipReason } from "../reading/shared-data.fixture.ts";
import { lumaOf, measureImages } from "./measure-images.ts";
import { resolveSource, type SourceRef } from "./source-schema.ts";

async function folder() {
  const place = project();
  const half = Buffer.alloc(4 * 2 * 3);
  half.fill(255, 12);
  await sharp(half, { raw: { width: 4, height: 2, channels: 3 } })
    .png()
    .toFile(place.path("half.png"));
  await sharp({ create: { width: 3, height: 5, channels: 4, background: "#ff000080" } })
    .png()
    .toFile(place.path("red.png"));
  writeFileSync(place.path("broken.jpg"), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
  writeFileSync(place.path("notes.txt"), "not an image");
  return place;
}
const read = async (place: { project: string }, more: object = {}) =>
  (await readSource(resolveSource({ kind: "images", path: ".", ...more } as SourceRef), place)).table;

describe("a folder of images as a source", () => {
  it("measures each image; one that does not decode is a row with its problem", async () => {
    const table = await read(await folder());
    const row = (k: number) => Object.fromEntries(table.columns.map((column) => [column.name, column.text(k)]));
    expect(table.rows).toBe(3);
    expect(row(0)).toMatchObject({ path: "broken.jpg", width: null, brightness: null, bytes: "7" });
    expect(row(0).problem).not.toBeNull();
    // Half black, half white: mean 127.5, standard deviation 127.5.
    expect(row(1)).toMatchObject({
      path: "half.png",
      format: "png",
      width: "4",
      height: "2",
      channels: "3",
      brightness: "127.5",
      contrast: "127.5",
      problem: null,
    });
    // Luma of pure red: round(0.299 × 255) = 76.
    expect(row(2)).toMatchObject({ path: "red.png", channels: "4", brightness: "76", contrast: "0" });
  });

  it("ends with an error where asked", async () => {
    const error = await errorOf(async () => read(await folder(), { onBroken: "error" }));
    expect(error.code).toBe("DATASET_IMAGE_BROKEN");
    expect(error.message).toContain("broken.jpg");
    expect((await errorOf(() => read(project(), {}))).code).toBe("DATASET_GLOB_EMPTY");
    expect((await errorOf(() => read(project(), { path: "none" }))).code).toBe("DATASET_SOURCE_MISSING");
  });

  it("measures a column of images as it measures their files", async () => {
    const place = await folder();
    const names = ["half.png", "red.png", "broken.jpg"];
    const levels = names.map((name) => readFileSync(place.path(name)).toString("base64"));
    const frame = {
      rows: 4,
      columns: new Map([["image", { type: "string" as const, codes: Int32Array.of(1, 0, -1, 2), levels }]]),
    };
    const measured = await measureImages(frame, "image");
    expect(measured.get("format")).toMatchObject({ codes: Int32Array.of(0, 0, -1, -1), levels: ["png"] });
    expect(measured.get("width")).toMatchObject({
      values: Float64Array.of(3, 4, 0, 0),
      missing: Uint8Array.of(0, 0, 1, 1),
    });
    expect(measured.get("brightness")).toMatchObject({ values: Float64Array.of(76, 127.5, 0, 0) });
    const table = await read(place);
    const sizes = table.columns.find(({ name }) => name === "bytes")!;
    expect(measured.get("bytes")).toMatchObject({
      values: Float64Array.of(Number(sizes.text(2)), Number(sizes.text(1)), 0, 7),
      missing: Uint8Array.of(0, 0, 1, 0),
    });
  });

  it("weighs luma as ITU-R BT.601", () => {
    expect(lumaOf(Uint8Array.of(0, 255, 0))).toEqual({ brightness: 150, contrast: 0 });
  });

  it.skipIf(!hasSharedData)(`reads real photographs with their folder${skipReason}`, async () => {
    const table = await read({ project: join(sharedData, "flowers") });
    const folders = table.columns.find((column) => column.name === "folder")!;
    expect([table.rows, folders.text(0), folders.text(99)]).toEqual([100, "daisy", "tulips"]);
  });
});
