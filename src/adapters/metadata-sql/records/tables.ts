import type { Generated } from "kysely";

/* One table a lineage noun. JSON is kept as text: the store never looks inside it. Times are whole milliseconds. */

export interface Tables {
  millrace_migrations: { version: number; name: string; applied_ms: number };
  types: { kind: string; name: string; properties: string };
  artifacts: { id: string; type: string; content: string; files: string; properties: string; created_ms: number };
  executions: {
    id: string;
    type: string;
    state: string;
    cache_key: string | null;
    properties: string;
    started_ms: number;
    ended_ms: number | null;
  };
  events: {
    position: Generated<number>;
    execution_id: string;
    artifact_id: string;
    type: string;
    path: string;
    at_ms: number;
  };
  contexts: { id: string; type: string; name: string; properties: string; created_ms: number };
  memberships: { context_id: string; member_id: string };
  entries: {
    /** Order of append over all streams. */
    position: Generated<number>;
    stream: string;
    sequence: number;
    type: string;
    data: string;
    entry_key: string | null;
    at_ms: number;
  };
}
