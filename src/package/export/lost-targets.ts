import type { Program, Tensors } from "@millrace/program";
import { compilers } from "@millrace/program/compile";

/** Targets that code can be written for. */
export const compileTargets = [...compilers.keys()];

/** Targets that cannot express a program, each with the reason; none: it runs everywhere. */
export function lostTargets(
  program: Program,
  tensors: Tensors,
): readonly { readonly target: string; readonly reason: string }[] {
  return [...compilers].flatMap(([target, compiler]) => {
    const lost = compiler.supports(program, tensors);
    return lost.length === 0 ? [] : [{ target, reason: `it cannot express ${lost.join(", ")}` }];
  });
}
