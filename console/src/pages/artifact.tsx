import { Anchor, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, type Schemas } from "../api/client.ts";
import { shortId } from "../format/names.ts";
import { formatBytes } from "../format/numbers.ts";
import { JsonText, JsonView } from "../parts/json-view.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Card, Page } from "../parts/page.tsx";
import { TimeText } from "../parts/time-text.tsx";
import { ArtifactRefs } from "./run/step-panel.tsx";

/** One artifact: what it is, what it holds, what made it and what used it. */
export default function ArtifactPage() {
  const { id = "" } = useParams();
  const artifact = useQuery({ queryKey: ["artifact", id], queryFn: (context) => api.artifact(id, context) });
  return (
    <Page
      title={artifact.data === undefined ? "Artifact" : `${artifact.data.type} ${shortId(id)}`}
      heading={artifact.data === undefined ? "Artifact" : <>Artifact: {artifact.data.type}</>}
      about={artifact.data === undefined ? undefined : <code>{id}</code>}
    >
      <Loaded query={artifact}>{(data) => <ArtifactBody data={data} />}</Loaded>
    </Page>
  );
}

function ArtifactBody(props: { data: Schemas["ArtifactDetail"] }) {
  const { data } = props;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title="Record">
          <dl className="facts">
            <dt>content</dt>
            <dd>
              <code style={{ fontSize: "0.78rem" }}>{data.content}</code>
            </dd>
            <dt>made</dt>
            <dd>
              <TimeText ms={data.createdMs} full />
            </dd>
            <dt>files</dt>
            <dd>
              {data.files.map((file) => (
                <div key={file.name} className="numbers">
                  {file.name} <span style={{ color: "var(--ink-soft)" }}>{formatBytes(file.sizeBytes)}</span>
                </div>
              ))}
            </dd>
          </dl>
          {Object.keys(data.properties).length > 0 && (
            <div style={{ marginTop: 12 }}>
              <JsonView value={data.properties} />
            </div>
          )}
        </Card>
        <Card title="Lineage">
          <Stack gap="md">
            <Hops hops={data.madeBy} word="Made by" other="from" none="Nothing recorded made it." />
            <Hops hops={data.usedBy} word="Used by" other="to make" none="Nothing has used it yet." />
          </Stack>
        </Card>
      </SimpleGrid>
      <Card title="Value">
        {data.valueOmitted === null ? (
          <JsonText value={data.value} height={640} />
        ) : (
          <Text size="sm" c="dimmed">
            {data.valueOmitted}
          </Text>
        )}
      </Card>
    </Stack>
  );
}

function Hops(props: { hops: readonly Schemas["LineageHop"][]; word: string; other: string; none: string }) {
  if (props.hops.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {props.none}
      </Text>
    );
  return (
    <>
      {props.hops.map((hop) => (
        <div key={`${hop.executionId}:${hop.path}`}>
          <Text size="sm" mb={4}>
            {props.word} <b>{hop.step}</b>
            {hop.runId !== null && (
              <>
                {" in "}
                <Anchor component={Link} to={`/runs/${hop.runId}`} fz="inherit">
                  run {shortId(hop.runId)}
                </Anchor>
              </>
            )}
            {hop.artifacts.length > 0 ? `, ${props.other}` : ""}
          </Text>
          {hop.artifacts.length > 0 && (
            <div style={{ paddingLeft: 14, borderLeft: "2px solid var(--line)" }}>
              <ArtifactRefs refs={hop.artifacts} none="" />
            </div>
          )}
        </div>
      ))}
    </>
  );
}
