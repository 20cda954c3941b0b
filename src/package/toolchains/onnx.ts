import { join } from "node:path";
import { extraOutputs } from "@millrace/program";
import { pruneProgram } from "@millrace/program/write";
import type { Toolchain } from "../model.ts";
import { runFailed } from "./filter.ts";
import { scoreInChild } from "./score-in-child.ts";
import { typedColumns } from "./typed-columns.ts";

/** onnxruntime of npm, an optional package. Its texts end at a NUL, so no row holds one. */
export const onnxToolchain: Toolchain = {
  kind: "toolchain",
  name: "onnxruntime",
  version: "1",
  traits: { targets: ["onnx"], carriesNul: false },
  async find() {
    try {
      const { env } = await import("onnxruntime-node");
      return { version: env.versions.node ?? env.versions.common };
    } catch {
      return { missing: "onnxruntime-node is not installed" };
    }
  },
  build: async () => undefined,
  async run(work, { rows }) {
    const model = work.compiled.files.find(({ path }) => path.endsWith(".onnx"));
    if (model === undefined) throw runFailed("onnxruntime", "there is no .onnx file");
    const columns = typedColumns(pruneProgram(work.program).inputs, rows, ["string"]);
    return scoreInChild(
      "onnxruntime",
      "onnx-child",
      {
        model: join(work.folder, model.path),
        rows: rows.length,
        columns,
        classes: work.program.outputs.classes ?? [],
        extras: extraOutputs(work.program.outputs).map(({ column }) => column),
      },
      work,
    );
  },
};
