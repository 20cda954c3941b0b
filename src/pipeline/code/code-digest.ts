import type { Digest } from "@millrace/program";
import { digestJson, knownNames, MillraceError } from "#kernel";
import { moduleName, modulePath } from "./module-names.ts";
import { lexerReady, type SourceFile, sourceFile } from "./source-file.ts";

/** All code that a step reaches. Files go by their portable names, packages by name and installed version. */
export interface CodeClosure {
  readonly digest: Digest;
  readonly files: Readonly<Record<string, Digest>>;
  readonly packages: Readonly<Record<string, string>>;
  readonly sources: readonly SourceFile[];
}

export interface CodeReader {
  /** The closure over some modules, given by their portable names. */
  closureOf(modules: readonly string[]): CodeClosure;
  /** Refuses an export that the module does not have. */
  requireExport(module: string, name: string): void;
}

/**
 * Reads code digests for one project: the text of a module and of everything that it reaches by import.
 *
 * Files are looked at once a reader, and read again only when their size or time of change differ from an earlier look of
 * this process.
 * Errors: PIPELINE_MODULE_MISSING, PIPELINE_MODULE_INVALID, PIPELINE_STEP_NOT_EXPORTED.
 */
export async function codeReader(project: string): Promise<CodeReader> {
  await lexerReady();
  const looked = new Map<string, SourceFile>();
  const closures = new Map<string, CodeClosure>();
  const look = (path: string): SourceFile => {
    const known = looked.get(path);
    if (known !== undefined) return known;
    const file = sourceFile(path);
    looked.set(path, file);
    return file;
  };

  return {
    closureOf(modules) {
      const key = modules.join("\n");
      const known = closures.get(key);
      if (known !== undefined) return known;
      const reached = new Map<string, SourceFile>();
      const open = modules.map((name) => modulePath(name, project));
      for (let path = open.pop(); path !== undefined; path = open.pop()) {
        if (reached.has(path)) continue;
        const file = look(path);
        reached.set(path, file);
        open.push(...file.files);
      }
      const sources = [...reached.values()];
      const files = Object.fromEntries(sources.map((file) => [moduleName(file.path, project), file.digest]));
      const packages = Object.fromEntries(sources.flatMap((file) => file.packages));
      const closure = { digest: digestJson({ files, packages }), files, packages, sources };
      closures.set(key, closure);
      return closure;
    },
    requireExport(module, name) {
      const file = look(modulePath(module, project));
      if (file.reexportsAll || file.exports.includes(name)) return;
      throw new MillraceError("PIPELINE_STEP_NOT_EXPORTED", {
        message: `The module ${module} has no export "${name}" (${knownNames(name, file.exports)}).`,
        next: `Export it from ${module} under that name.`,
        facts: { module, export: name },
      });
    },
  };
}
