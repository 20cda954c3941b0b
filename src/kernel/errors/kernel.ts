import { bug, definition, type ErrorSpec, environment, input, notFound } from "./kinds.ts";

export const kernelErrors = {
  KERNEL_INVARIANT_BROKEN: bug("when a promise of our own code does not hold; always a fault to report"),
  KERNEL_OPTION_INVALID: definition("when options do not match their schema: unknown key, wrong type or out of range"),
  KERNEL_JSON_INVALID: input("when a text that should be JSON does not parse, or holds a value JSON cannot carry"),
  KERNEL_SECRET_MISSING: environment("when a secret that options name is not in the environment"),
  KERNEL_SECRET_LITERAL: definition("when an address holds a password in clear instead of a named secret"),
  KERNEL_FILE_MISSING: notFound("when a file that was named does not exist"),
  KERNEL_FOLDER_READ_ONLY: environment("when a folder that must be written to cannot be"),
  KERNEL_DISK_FULL: environment("when the disk, or a quota on it, is full"),
  KERNEL_RUNTIME_MISSING: environment("when a model needs onnxruntime-node and it is not installed"),
  KERNEL_RUNTIME_REFUSED: input(
    "when an ONNX graph reaches outside its bytes or does not run, or an image does not decode in time",
  ),
  KERNEL_STOPPED: environment("when work was stopped on request; it can be resumed"),
} as const satisfies Record<`KERNEL_${string}`, ErrorSpec>;
