import { join } from "node:path";
import { metadataStoreSuite } from "#testing";
import { sqliteMetadata } from "./sqlite-metadata.ts";

metadataStoreSuite("sqlite", (folder) => sqliteMetadata({ path: join(folder, "metadata.db") }));
