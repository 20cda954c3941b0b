import { createRequire } from "node:module";
import type { OnnxRuntime, OnnxSession, RuntimeTensor } from "@millrace/program/external";
import { inspectOnnx } from "@millrace/program/onnx-outline";
import { MillraceError } from "../errors/millrace-error.ts";

/** What of onnxruntime-node's binding is used: it answers at once, where the package's door waits a turn of the loop. */
interface Native {
  readonly InferenceSession: new () => {
    loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
    run(
      feeds: object,
      fetches: object,
      options: object,
    ): Record<string, { data: RuntimeTensor["data"]; dims: number[]; type: string }>;
  };
}
type TensorClass = new (type: string, data: unknown, dims: readonly number[]) => object;

const require = createRequire(import.meta.url);
/** One thread, so that sums run in one order; what goes wrong is said by the error alone. */
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential", logSeverityLevel: 4 };

/**
 * Runs ONNX graphs through onnxruntime-node, an optional package, on one thread.
 *
 * Errors: KERNEL_RUNTIME_MISSING: the package is not installed; KERNEL_RUNTIME_REFUSED: a graph that reaches outside its own
 * bytes, or that onnxruntime does not load or run.
 */
export const onnxRuntime: OnnxRuntime = {
  open(model: Uint8Array): OnnxSession {
    refusing("is refused", () => inspectOnnx(model));
    const { native, Tensor } = found();
    const session = new native.InferenceSession();
    refusing("does not load", () => {
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
    });
    return {
      run(feeds, output) {
        const given = Object.fromEntries(
          Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
        );
        const { data, dims, type } = refusing("does not run", () => session.run(given, { [output]: null }, {}))[
          output
        ]!;
        return { type: type as RuntimeTensor["type"], data, dims };
      },
    };
  },
};

let loaded: { readonly native: Native; readonly Tensor: TensorClass } | undefined;

function found(): { readonly native: Native; readonly Tensor: TensorClass } {
  if (loaded !== undefined) return loaded;
  try {
    const { binding, initOrt } = require("onnxruntime-node/dist/binding.js") as {
      binding: Native;
      initOrt: () => void;
    };
    initOrt();
    const { Tensor } = require("onnxruntime-node") as { Tensor: TensorClass };
    loaded = { native: binding, Tensor };
    return loaded;
  } catch (error) {
    throw new MillraceError("KERNEL_RUNTIME_MISSING", {
      message: "The model holds an ONNX graph, and onnxruntime-node is not installed here.",
      next: "Install it: npm install onnxruntime-node@1.30.0.",
      cause: error,
    });
  }
}

function refusing<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new MillraceError("KERNEL_RUNTIME_REFUSED", {
      message: `The model's ONNX graph ${what}: ${(error as Error).message.split("\n")[0]!.slice(0, 300)}`,
      next: "Export the model to ONNX again, as one file, and import that.",
      cause: error,
    });
  }
}
