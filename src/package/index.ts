export { type BundleParts, writeBundle } from "./bundle/write-bundle.ts";
export type { EcosystemPackage } from "./ecosystems/model.ts";
export { writePackage } from "./ecosystems/write-package.ts";
export { type VersionFacts, versionFacts } from "./evidence/version-facts.ts";
export { compileModel, targetsOf } from "./export/compile-model.ts";
export { compileTargets, lostTargets } from "./export/lost-targets.ts";
export { type WrittenFile, writeExport } from "./export/write-export.ts";
export { type GoldenRow, goldenRows } from "./golden/golden-rows.ts";
export { type GoldenVectors, goldenParity, goldenVectors, storedRowsOf } from "./golden/golden-vectors.ts";
export type { Found, Rows, ScoredRow, Target, Toolchain, Work } from "./model.ts";
export { type Pushed, type PushOptions, pushImage } from "./oci/registry/push-image.ts";
export { registryAddress } from "./oci/registry/registry-address.ts";
export { type ImageExport, type ImageRequest, writeImage } from "./oci/write-image.ts";
export {
  type EmptyHome,
  type FirstDifference,
  type Reproduction,
  reproduceVersion,
} from "./reproduce/reproduce-version.ts";
export {
  compareRuntime,
  type Runtime,
  type RuntimePolicy,
  type RuntimeVerdict,
  readRuntime,
  runtimeDifferences,
  runtimeHere,
} from "./runtime/compare-runtime.ts";
export { verifiedRuntimes } from "./runtime/verified-runtimes.ts";
export { checkSeal, type SealVerdict, sealManifest } from "./seal.ts";
export { allToolchains } from "./toolchains/toolchains.ts";
export { checkStoredVectors, type StoredVectors } from "./verify/check-stored-vectors.ts";
export { type Parity, type Skipped, type Verdict, type VerifyOptions, verifyProgram } from "./verify/verify-program.ts";
