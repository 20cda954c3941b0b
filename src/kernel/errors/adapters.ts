import { bug, conflict, definition, type ErrorSpec, environment, input, notFound, transient } from "./kinds.ts";

export const adaptersErrors = {
  ADAPTERS_METADATA_BUSY: transient("when another process held the metadata database for longer than the waiting time"),
  ADAPTERS_METADATA_CLOSED: bug("when a metadata store is used before it is opened or after it is closed"),
  ADAPTERS_METADATA_CONFLICT: conflict("when somebody else appended to a stream after the writer last read it"),
  ADAPTERS_METADATA_CORRUPT: environment("when the metadata database is damaged or is not a database at all"),
  ADAPTERS_METADATA_FAILED: environment("when the metadata database refused for a reason of its own"),
  ADAPTERS_METADATA_FOREIGN: definition("when the file named as metadata database belongs to another program"),
  ADAPTERS_METADATA_NAME_TAKEN: conflict("when another context of the same type already has the name"),
  ADAPTERS_METADATA_TOO_NEW: environment("when a newer Millrace wrote the metadata database"),
  ADAPTERS_METADATA_TYPE_CHANGED: conflict("when a property of a lineage type is given another meaning"),
  ADAPTERS_OBJECT_CORRUPT: environment("when the bytes of a stored object no longer match its digest"),
  ADAPTERS_OBJECT_DIGEST_INVALID: input(
    "when a text that should be a digest is not `sha256:` and 64 hexadecimal digits",
  ),
  ADAPTERS_OBJECT_MISSING: notFound("when no object with the digest is stored"),
} as const satisfies Record<`ADAPTERS_${string}`, ErrorSpec>;
