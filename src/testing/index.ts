export { allOf } from "./all-of.ts";
export { executorSuite } from "./executor/executor-suite.ts";
export { metadataStoreSuite } from "./metadata-store/metadata-store-suite.ts";
export { type ObjectStoreSuiteOptions, objectStoreSuite } from "./object-store-suite.ts";
export { temporaryFolder } from "./temporary-folder.ts";
export { toolchainSuite } from "./toolchain-suite.ts";
