// Decodes images for a thread that waits: a request comes as a message, the answer's bytes go back before the flag is raised.
import { workerData } from "node:worker_threads";
import type { ImageRequest } from "@millrace/program/external";
import sharp from "sharp";

const { port, flag, mostPixels } = workerData as {
  port: import("node:worker_threads").MessagePort;
  flag: Int32Array;
  mostPixels: number;
};
// One image at a time, on one thread.
sharp.concurrency(1);
sharp.cache(false);

port.on("message", async ({ image, request }: { image: Uint8Array; request: ImageRequest }) => {
  const pixels = await decode(image, request).catch(() => undefined);
  port.postMessage(pixels);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});

/** JPEG and PNG only; transparent pixels lie on black; the picture is turned as its EXIF says and stretched to the size asked for. */
async function decode(image: Uint8Array, { width, height, filter }: ImageRequest): Promise<Uint8Array | undefined> {
  const opened = sharp(image, { limitInputPixels: mostPixels, failOn: "error", animated: false });
  const { format } = await opened.metadata();
  if (format !== "jpeg" && format !== "png") return undefined;
  const kernel = filter;
  const buffer = await opened
    .autoOrient()
    .flatten({ background: "#000" })
    .toColourspace("srgb")
    .resize(width, height, { fit: "fill", kernel, fastShrinkOnLoad: false })
    .raw()
    .toBuffer();
  return buffer.length === 3 * width * height ? new Uint8Array(buffer) : undefined;
}
