import {
  type Artifact,
  type Context,
  digestJson,
  type Execution,
  type Id,
  type LineageEvent,
  type MetadataWrite,
  newId,
} from "#kernel";

/* Small records for the suites. */

type EntryWrite = Extract<MetadataWrite, { put: "entry" }>;

export const entry = (stream: string, i: number, type = "t"): EntryWrite => ({
  put: "entry",
  stream,
  type,
  data: { i },
  atMs: i,
});

export const artifact = (more: Partial<Artifact> = {}): Artifact => ({
  id: newId("art"),
  type: "dataset",
  content: digestJson("content"),
  files: {},
  properties: {},
  createdMs: 1,
  ...more,
});

export const execution = (more: Partial<Execution> = {}): Execution => ({
  id: newId("exe"),
  type: "step",
  state: "complete",
  cacheKey: null,
  properties: {},
  startedMs: 1,
  endedMs: 2,
  ...more,
});

export const context = (more: Partial<Context> = {}): Context => {
  const id: Id = newId("ctx");
  return { id, type: "run", name: id, properties: {}, createdMs: 1, ...more };
};

export const event = (by: Execution, of: Artifact, type: LineageEvent["type"], path: string): LineageEvent => ({
  executionId: by.id,
  artifactId: of.id,
  type,
  path,
  atMs: 1,
});
