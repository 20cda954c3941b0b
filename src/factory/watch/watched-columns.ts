import type { Column, Frame } from "@millrace/program";
import { imageMeasures, measureImages } from "#dataset";

/** The columns that stand for a model's inputs where drift is looked for: of an image, its measures. */
export function watchedColumns(inputs: readonly string[], images: string | undefined): readonly string[] {
  if (images === undefined || !inputs.includes(images)) return inputs;
  return [...inputs.filter((name) => name !== images), ...imageMeasures];
}

/** The frame with the measures of its images, where there are images and no measures yet. */
export async function withMeasures(frame: Frame, images: string | undefined): Promise<Frame> {
  if (images === undefined || !frame.columns.has(images)) return frame;
  if (imageMeasures.every((name) => frame.columns.has(name))) return frame;
  const columns = new Map<string, Column>([...(await measureImages(frame, images)), ...frame.columns]);
  return { rows: frame.rows, columns };
}
