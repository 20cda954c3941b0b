import type { Program, Tensors } from "@millrace/program";
import { type Compiled, type CompileOptions, type Compiler, compilers } from "@millrace/program/compile";
import { knownNames, MillraceError } from "#kernel";
import type { Target } from "../model.ts";
import { lostText } from "./lost-targets.ts";

/** The targets that a program can be compiled to whole, in the order of the compilers. */
export function targetsOf(program: Program, tensors: Tensors): readonly Target[] {
  return [...compilers.values()].filter((one) => one.supports(program, tensors).length === 0).map(({ name }) => name);
}

/**
 * A program as code of another language.
 *
 * Errors: PACKAGE_TARGET_MISSING: when there is no such compiler; PACKAGE_TARGET_UNSUPPORTED: names what the target cannot
 * express, and the targets that remain.
 */
export function compileModel(program: Program, tensors: Tensors, target: Target, options: CompileOptions): Compiled {
  const compiler = compilerFor(target);
  const lost = compiler.supports(program, tensors, options);
  if (lost.length === 0) return compiler.compile(program, tensors, options);
  const rest = targetsOf(program, tensors);
  throw new MillraceError("PACKAGE_TARGET_UNSUPPORTED", {
    message: `${target} cannot express all of this model: ${lostText(lost)}.`,
    next:
      rest.length === 0
        ? "Run the model file itself: `millrace score`, `millrace serve` or @millrace/program."
        : `Export it to one of ${rest.join(", ")}.`,
    facts: { target, lost: [...lost], remaining: [...rest] },
  });
}

function compilerFor(target: Target): Compiler {
  const compiler = compilers.get(target);
  if (compiler !== undefined) return compiler;
  throw new MillraceError("PACKAGE_TARGET_MISSING", {
    message: `There is no compiler for "${target}" (${knownNames(target, [...compilers.keys()])}).`,
    next: "Name one of the known targets.",
    facts: { target },
  });
}
