import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The public data sets that lie beside a checkout, and what a test says where they do not. */
export const sharedData = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
export const hasSharedData = existsSync(sharedData);
export const withoutSharedData = hasSharedData ? "" : " (skipped: ../shared/data is not there)";
