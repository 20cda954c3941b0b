import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { imageRuntime } from "./image-runtime.ts";

const raw = { raw: { width: 2, height: 2, channels: 3 as const } };
// red, green / blue, white
const pixels = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
const same = { width: 2, height: 2, filter: "nearest" as const };
const decode = (image: Uint8Array, request: Parameters<typeof imageRuntime.decode>[1] = same) =>
  imageRuntime.decode(image, request);

describe("the image decoder", () => {
  test("gives a PNG's pixels row by row, and the mean of them for one pixel", async () => {
    const png = await sharp(pixels, raw).png().toBuffer();
    expect([...decode(png)!]).toEqual([...pixels]);
    expect([...decode(png, { width: 1, height: 1, filter: "linear" })!]).toEqual([128, 128, 128]);
    expect([...decode(png)!]).toEqual([...pixels]);
  });

  test("takes grey, palette and transparent images for red, green and blue", async () => {
    const grey = await sharp(Buffer.from([0, 255, 128, 64]), { raw: { width: 2, height: 2, channels: 1 } })
      .png()
      .toBuffer();
    expect([...decode(grey)!]).toEqual([0, 0, 0, 255, 255, 255, 128, 128, 128, 64, 64, 64]);
    const clear = await sharp(Buffer.from([255, 0, 0, 0]), { raw: { width: 1, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...decode(clear, { ...same, width: 1, height: 1 })!]).toEqual([0, 0, 0]);
  });

  test("turns a JPEG as its EXIF says", async () => {
    const wide = await sharp({ create: { width: 16, height: 8, channels: 3, background: "#f00" } })
      .composite([{ input: { create: { width: 8, height: 8, channels: 3, background: "#00f" } }, left: 0, top: 0 }])
      .jpeg()
      .toBuffer();
    // 6: the first column of the sensor is the top of the picture
    const turned = await sharp(wide).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const [top, bottom] = [
      decode(turned, { width: 1, height: 2, filter: "nearest" })!.slice(0, 3),
      decode(turned, { width: 1, height: 2, filter: "nearest" })!.slice(3),
    ];
    expect(top[2]).toBeGreaterThan(200);
    expect(bottom[0]).toBeGreaterThan(200);
  });

  test("gives nothing for what is no JPEG or PNG, is cut short or is too large", async () => {
    const png = await sharp(pixels, raw).png().toBuffer();
    const gif = await sharp(pixels, raw).gif().toBuffer();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><image href="/etc/passwd"/></svg>',
    );
    for (const image of [new Uint8Array(), Buffer.from("text"), gif, svg, png.subarray(0, 40)])
      expect(decode(image)).toBeUndefined();
    // a header that says 100,000 × 100,000
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(100_000, 16);
    bomb.writeUInt32BE(100_000, 20);
    expect(decode(bomb)).toBeUndefined();
    expect([...decode(png)!]).toEqual([...pixels]);
  });
});
