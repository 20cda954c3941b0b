import { externalRuntimes } from "@millrace/program/external";
import { imageRuntime } from "./image-runtime.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

/** What a program may need beside its own operators: onnxruntime and an image decoder, each loaded when a node asks for it. */
export const platformRuntimes = externalRuntimes({ onnx: onnxRuntime, images: imageRuntime });
