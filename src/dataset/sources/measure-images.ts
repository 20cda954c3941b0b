import type { Column, Frame } from "@millrace/program";
import { columnNamed } from "../frames/frame-columns.ts";

/** What is measured of an image, in the order of its columns. */
export const imageMeasures = ["format", "width", "height", "channels", "brightness", "contrast", "bytes"] as const;
/** What a source of images tells beside the images: a caller who sends an image does not send these. */
export const imageFacts = ["path", "folder", ...imageMeasures, "problem"] as const;

export interface ImageMeasures {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Mean of luma, 0 … 255. */
  readonly brightness: number;
  /** Standard deviation of luma. */
  readonly contrast: number;
}

/** The measures of one image, a file's or given as bytes. Throws what the decoder throws. */
export async function measureImage(image: string | Uint8Array, maxPixels: number): Promise<ImageMeasures> {
  const sharp = (await import("sharp")).default;
  const decoder = sharp(image, { limitInputPixels: maxPixels, failOn: "error" });
  const { format, width, height, channels } = await decoder.metadata();
  const { data } = await decoder.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { format, width, height, channels, ...lumaOf(data) };
}

/**
 * The measures of a column of images in base64, as columns: those that a source of images has of its files.
 *
 * Missing: every measure of a cell that is missing or does not decode, but for the bytes of the latter.
 */
export async function measureImages(
  frame: Frame,
  column: string,
  maxPixels = 50_000_000,
): Promise<ReadonlyMap<string, Column>> {
  const images = columnNamed(frame, column);
  if (images.type !== "string") throw new TypeError("Images are text in base64.");
  const measured: (Partial<ImageMeasures> & { bytes: number })[] = [];
  for (const text of images.levels) measured.push(await measureText(text, maxPixels));
  const of = (row: number) => (images.codes[row] === -1 ? undefined : measured[images.codes[row]!]);
  const levels = [...new Set(measured.flatMap(({ format }) => (format === undefined ? [] : [format])))];
  const made = new Map<string, Column>();
  for (const name of imageMeasures) {
    if (name === "format") {
      const codes = Int32Array.from({ length: frame.rows }, (_, row) => levels.indexOf(of(row)?.format ?? ""));
      made.set(name, { type: "string", codes, levels });
      continue;
    }
    const values = Float64Array.from({ length: frame.rows }, (_, row) => of(row)?.[name] ?? 0);
    const missing = Uint8Array.from({ length: frame.rows }, (_, row) => (of(row)?.[name] === undefined ? 1 : 0));
    made.set(name, { type: "number", values, ...(missing.includes(1) ? { missing } : {}) });
  }
  return made;
}

async function measureText(text: string, maxPixels: number): Promise<Partial<ImageMeasures> & { bytes: number }> {
  const bytes = Buffer.from(text, "base64");
  try {
    return { ...(await measureImage(bytes, maxPixels)), bytes: bytes.length };
  } catch {
    // A text that is no image has no measures: what watches them sees that they are missing.
    return { bytes: bytes.length };
  }
}

/**
 * Mean and standard deviation of luma, from a histogram of whole values, so that no order of summing matters.
 *
 * Source: ITU-R BT.601-7, §2.5.1 (weights 0.299, 0.587, 0.114).
 */
export function lumaOf(rgb: Uint8Array): { brightness: number; contrast: number } {
  const counts = new Float64Array(256);
  for (let at = 0; at + 2 < rgb.length; at += 3)
    counts[Math.floor((299 * rgb[at]! + 587 * rgb[at + 1]! + 114 * rgb[at + 2]! + 500) / 1000)]!++;
  let pixels = 0;
  let sum = 0;
  let squares = 0;
  for (let value = 0; value < 256; value++) {
    pixels += counts[value]!;
    sum += value * counts[value]!;
    squares += value * value * counts[value]!;
  }
  const mean = sum / pixels;
  return { brightness: mean, contrast: Math.sqrt(Math.max(0, squares / pixels - mean * mean)) };
}
