import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { ImageRuntime } from "@millrace/program/external";
import { MillraceError } from "../errors/millrace-error.ts";

const mostPixels = 50_000_000;
const mostBytes = 32 << 20;
const timeLimitMs = 30_000;

interface Decoder {
  readonly port: import("node:worker_threads").MessagePort;
  readonly flag: Int32Array;
}
let decoder: Decoder | undefined;

/**
 * Decodes JPEG and PNG through sharp, in a thread of its own, for which scoring waits.
 *
 * Missing: nothing for what is no such image, is broken, or holds more than 50 million pixels or 32 MiB.
 * Errors: KERNEL_RUNTIME_REFUSED: an image that takes longer than 30 seconds.
 */
export const imageRuntime: ImageRuntime = {
  decode(image, request) {
    if (image.length === 0 || image.length > mostBytes) return undefined;
    decoder ??= start();
    const { port, flag } = decoder;
    Atomics.store(flag, 0, 0);
    port.postMessage({ image, request });
    if (Atomics.wait(flag, 0, 0, timeLimitMs) === "timed-out") {
      decoder = undefined;
      throw new MillraceError("KERNEL_RUNTIME_REFUSED", {
        message: `An image of ${image.length} bytes was not decoded within ${timeLimitMs / 1000} seconds.`,
        next: "Make the image smaller.",
      });
    }
    return receiveMessageOnPort(port)?.message as Uint8Array | undefined;
  },
};

function start(): Decoder {
  const { port1, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./image-worker.ts", import.meta.url), {
    workerData: { port: port2, flag, mostPixels },
    transferList: [port2],
  });
  // An idle decoder does not keep the process.
  worker.unref();
  port1.unref();
  return { port: port1, flag };
}
