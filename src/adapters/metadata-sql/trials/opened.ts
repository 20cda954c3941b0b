import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { MetadataStore } from "#kernel";
import { type SqliteMetadataOptions, sqliteMetadata } from "../sqlite-metadata.ts";

/** An open store that closes when the running test ends. */
export async function opened(options: SqliteMetadataOptions): Promise<MetadataStore> {
  const metadata = sqliteMetadata(options);
  await metadata.open();
  onTestFinished(() => metadata.close());
  return metadata;
}

/** An empty folder that goes when the running test ends. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
