import type { Runtimes } from "@millrace/program";
import { imageRuntime } from "./image-runtime.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

/** What a program may need beside its own operators: onnxruntime and an image decoder, each loaded when a node asks for it. */
export const platformRuntimes: Runtimes = { onnx: onnxRuntime, images: imageRuntime };
