import { existsSync, readFileSync } from "node:fs";

/** Runs of the reference kept beside the repository; tests over them are skipped, saying so, where the folder is absent. */
export const sharedGoldens = new URL("../../../../shared/goldens/tfdv/", import.meta.url);
export const hasSharedGoldens = existsSync(sharedGoldens);
export const whySkipped = hasSharedGoldens ? "" : " (skipped: ../shared/goldens is not here)";

export const goldenText = (path: string) => readFileSync(new URL(path, sharedGoldens), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: the shape of each golden is its own.
export const goldenJson = (path: string): any => JSON.parse(goldenText(path));
