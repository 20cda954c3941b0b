// node test/console/seed/serve.ts [FOLDER]: the console over a seeded project, for work on its pages.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { startServer } from "#server";
import { seedProject } from "./seed-project.ts";

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "millrace-console-")));
const metadata = sqliteMetadata({ path: join(folder, "metadata.db"), thread: true });
await metadata.open();
const objects = fileObjects({ root: join(folder, "objects") });
const [known] = await metadata.read({ find: "contexts", type: "run", limit: 1 });
if (known === undefined) await seedProject({ metadata, objects }, Date.now());
const consoleFolder = join(import.meta.dirname, "..", "..", "..", "console", "dist");
const server = await startServer({ metadata, objects, consoleFolder, version: "0.1.0", anyPort: true });
process.stdout.write(`${server.url} over ${folder}\n`);
