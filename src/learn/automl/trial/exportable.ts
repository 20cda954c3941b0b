import type { Program, Tensors } from "@millrace/program";
import { type CompileOptions, type Compiler, compilers } from "@millrace/program/compile";
import { MillraceError } from "#kernel";

/** What a model may have to be exported to; `sql` is DuckDB's. */
export const exportTargets = [
  "onnx",
  "ts",
  "js",
  "python",
  "c",
  "java",
  "go",
  "sql",
  "sql:duckdb",
  "sql:postgres",
  "sql:sqlite",
] as const;
export type ExportTarget = (typeof exportTargets)[number];

/** What of a program the targets cannot express, as sentences; none where they express it all. */
export function lostOn(
  { program, tensors }: { readonly program: Program; readonly tensors: Tensors },
  targets: readonly ExportTarget[],
  known: ReadonlyMap<Compiler["name"], Pick<Compiler, "supports">> = compilers,
): readonly string[] {
  return targets.flatMap((target) => {
    const [name, dialect] = target.split(":") as [Compiler["name"], CompileOptions["dialect"]];
    const lost = known.get(name)!.supports(program, tensors, { name: "model", ...(dialect && { dialect }) });
    return lost.map((what) => `${target}: ${what}`);
  });
}

export function exportImpossible(targets: readonly ExportTarget[], lost: readonly string[]): MillraceError {
  return new MillraceError("LEARN_EXPORT_IMPOSSIBLE", {
    message: `No model of the search can be exported to ${targets.join(", ")}: ${lost[0] ?? "nothing was tried"}`,
    next: "Change what the sentence names (a column's name, a transform), raise --budget, or ask for another target.",
    facts: { targets: [...targets], lost: lost.slice(0, 20) },
  });
}
