import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localExecutor } from "#adapters/executor-local";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { type Reproduction, reproduceVersion } from "#package";
import type { RunEvent } from "#pipeline";
import type { ModelVersion } from "#registry";
import type { Project } from "./open-project.ts";
import { storeAddresses } from "./run-factory.ts";

/**
 * Makes a version again from its record, in a home of its own that is gone afterwards, and says whether all came out the same.
 *
 * Errors: those of `reproduceVersion`.
 */
export async function reproduceModel(
  project: Pick<Project, "folder" | "metadata" | "objects">,
  version: ModelVersion,
  options: { readonly signal?: AbortSignal; readonly onEvent?: (event: RunEvent) => void } = {},
): Promise<Reproduction> {
  const home = await mkdtemp(join(tmpdir(), "millrace-reproduce-"));
  const metadata = sqliteMetadata({ path: join(home, "metadata.db"), thread: false });
  const objects = fileObjects({ root: join(home, "objects") });
  const executor = localExecutor({ parallel: 2 });
  try {
    await metadata.open();
    await metadata.migrate();
    return await reproduceVersion(
      {
        metadata: project.metadata,
        objects: project.objects,
        project: project.folder,
        home: { metadata, objects, executor, addresses: storeAddresses({ home }), scratch: join(home, "scratch") },
        ...options,
      },
      version,
    );
  } finally {
    await executor.drain();
    await metadata.close();
    await rm(home, { recursive: true, force: true });
  }
}
