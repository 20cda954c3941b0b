import type { JsonObject } from "@millrace/program";
import { type Artifact, type Execution, isoTime } from "#kernel";
import type { VersionFacts } from "./version-facts.ts";

const producer = "urn:millrace";
const schemaUrl = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const facetSchema = (name: string, version: string, definition: string) =>
  `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${definition}`;

/**
 * A version's lineage as OpenLineage events: a START and a COMPLETE (FAIL, ABORT) of each execution of its run, in order.
 *
 * Source: OpenLineage 2-0-2; facets parent 1-1-0, version 1-0-1, processing engine 1-1-1.
 */
export function openLineageEvents(facts: VersionFacts): readonly JsonObject[] {
  const { version, executions, events, artifacts } = facts;
  const namespace = `millrace://${version.model}`;
  return executions.flatMap((execution) => {
    const side = (type: "input" | "output") =>
      events
        .filter((event) => event.executionId === execution.id && event.type === type)
        .flatMap(({ artifactId }) => artifacts.get(artifactId) ?? [])
        .map((artifact) => dataset(artifact, namespace));
    const shared = {
      producer,
      schemaURL: schemaUrl,
      run: { runId: uuidOf(execution.id), facets: runFacets(execution, version.runId, namespace, version.model) },
      job: { namespace, name: String(execution.properties.node ?? execution.type) },
    };
    const start = { eventType: "START", eventTime: isoTime(execution.startedMs), ...shared, inputs: [], outputs: [] };
    const type = {
      complete: "COMPLETE",
      cached: "COMPLETE",
      failed: "FAIL",
      canceled: "ABORT",
      new: "OTHER",
      running: "RUNNING",
    }[execution.state];
    const end = {
      eventType: type,
      eventTime: isoTime(execution.endedMs ?? execution.startedMs),
      ...shared,
      inputs: side("input"),
      outputs: side("output"),
    };
    return [start, end];
  });
}

function runFacets({ properties }: Execution, runId: string | null, namespace: string, pipeline: string): JsonObject {
  const environment = (properties.environment ?? {}) as { readonly millrace?: string };
  return {
    processing_engine: {
      _producer: producer,
      _schemaURL: facetSchema("ProcessingEngineRunFacet", "1-1-1", "ProcessingEngineRunFacet"),
      name: "millrace",
      version: environment.millrace ?? "unknown",
    },
    ...(runId === null
      ? {}
      : {
          parent: {
            _producer: producer,
            _schemaURL: facetSchema("ParentRunFacet", "1-1-0", "ParentRunFacet"),
            run: { runId: uuidOf(runId) },
            job: { namespace, name: pipeline },
          },
        }),
  };
}

function dataset({ type, content, id }: Artifact, namespace: string): JsonObject {
  return {
    namespace,
    name: `${type}/${uuidOf(id)}`,
    facets: {
      version: {
        _producer: producer,
        _schemaURL: facetSchema("DatasetVersionDatasetFacet", "1-0-1", "DatasetVersionDatasetFacet"),
        datasetVersion: content,
      },
    },
  };
}

/** Ids are a prefix and a UUID; code artifacts' ids are a digest, which no event names. */
function uuidOf(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}
