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
    return lost.length === 0 ? [] : [{ target, reason: `it cannot express ${lostText(lost)}` }];
  });
}

/** What a compiler said is lost, as a part of a sentence: some compilers give whole ones. */
export function lostText(lost: readonly string[]): string {
  return lost.map((what) => what.replace(/^[^.]*? cannot express /, "").replace(/\.$/, "")).join(", ");
}
