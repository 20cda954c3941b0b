import type { Program } from "@millrace/program";
import type { Compiled, CompileOptions } from "@millrace/program/compile";
import { MillraceError } from "#kernel";
import type { Target } from "../model.ts";
import { cArchive } from "./c-archive.ts";
import { goModule } from "./go-module.ts";
import { mavenArtifact } from "./maven-artifact.ts";
import type { EcosystemPackage } from "./model.ts";
import { npmTarball } from "./npm-tarball.ts";
import { wheel } from "./wheel.ts";

const makers = { js: npmTarball, ts: npmTarball, python: wheel, java: mavenArtifact, go: goModule, c: cArchive };

/**
 * What a compiler printed as the package that its ecosystem's own tool installs: an npm tarball, a wheel, a Maven artifact, a Go
 * module, or an archive of C; each with a README. The same version gives the same bytes.
 *
 * Errors: PACKAGE_ECOSYSTEM_NONE: the target has no packages; PACKAGE_JDK_MISSING; PACKAGE_BUILD_FAILED.
 */
export async function writePackage(
  target: Target,
  compiled: Compiled,
  options: CompileOptions,
  program: Program,
): Promise<EcosystemPackage> {
  if (Object.hasOwn(makers, target)) return makers[target as keyof typeof makers](compiled.files, options, program);
  throw new MillraceError("PACKAGE_ECOSYSTEM_NONE", {
    message: `There are no packages of ${target}: --package goes with ${Object.keys(makers).join(", ")}.`,
    next: "Leave out --package: the file that is written is what a runtime takes.",
    facts: { target },
  });
}
