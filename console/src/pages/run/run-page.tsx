import { SegmentedControl, Stack } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useParams, useSearchParams } from "react-router";
import { api, type Schemas } from "../../api/client.ts";
import { shortId } from "../../format/names.ts";
import { count, formatSeconds } from "../../format/numbers.ts";
import { Command } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { Prose } from "../../parts/prose.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TimeText, useNow } from "../../parts/time-text.tsx";
import { RunGraph } from "./run-graph.tsx";
import { RunTimeline } from "./run-timeline.tsx";
import { StepPanel } from "./step-panel.tsx";
import { StepTable } from "./step-table.tsx";

const views = [
  { value: "graph", label: "Graph" },
  { value: "time", label: "Time" },
  { value: "table", label: "Table" },
];

/** One run: its steps, why each ran or was cached, and what flowed between them. */
export default function RunPage() {
  const { id = "" } = useParams();
  const run = useQuery({
    queryKey: ["run", id],
    queryFn: (context) => api.run(id, context),
    refetchInterval: (query) => (query.state.data?.run.state === "running" ? 1500 : false),
  });
  return (
    <Page
      title={`Run ${shortId(id)}`}
      up={{ to: "/runs", label: "Runs" }}
      heading={
        <>
          Run <span style={{ fontFamily: "var(--mantine-font-family-monospace)", fontWeight: 550 }}>{shortId(id)}</span>
        </>
      }
      about={run.data === undefined ? undefined : <About run={run.data.run} />}
    >
      <Loaded query={run}>{(detail) => <RunBody detail={detail} />}</Loaded>
    </Page>
  );
}

function About(props: { run: Schemas["RunSummary"] }) {
  const { run } = props;
  const now = useNow(run.endedMs === null);
  const { counts } = run;
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "4px 12px", alignItems: "center" }}>
      <StateBadge state={run.state} />
      <span>{run.pipeline}</span>
      <span>
        started <TimeText ms={run.startedMs} />
      </span>
      <span className="numbers">took {formatSeconds(((run.endedMs ?? now) - run.startedMs) / 1000)}</span>
      <span>
        {count(counts.total, "step")}: {counts.done} ran, {counts.cached} cached
        {counts.failed > 0 ? `, ${counts.failed} failed` : ""}
      </span>
    </span>
  );
}

/** What a person can do about a run that does not go on by itself. */
function GoOn(props: { run: Schemas["RunSummary"]; nodes: readonly Schemas["RunNode"][] }) {
  const { run } = props;
  if (run.state !== "failed" && run.state !== "stopped" && run.state !== "waiting") return null;
  const questions = props.nodes.filter((node) => node.state === "waiting").map((node) => node.reason ?? node.id);
  return (
    <section className="card">
      <div className="pad" style={{ display: "flex", gap: "8px 20px", flexWrap: "wrap", alignItems: "center" }}>
        <span style={{ fontSize: "0.9rem" }}>
          {run.state === "waiting"
            ? `Waiting for a person: ${questions.join(" ")} Once it is answered, go on with`
            : "What is done is kept. Go on from the last finished step with"}
        </span>
        <Command
          text={run.state === "waiting" ? `npx millrace runs resume ${run.id}` : `npx millrace run --resume ${run.id}`}
        />
      </div>
    </section>
  );
}

function RunBody(props: { detail: Schemas["RunDetail"] }) {
  const { run, nodes, edges, errors } = props.detail;
  const [search, setSearch] = useSearchParams();
  const { ref, width } = useElementSize();
  const view = views.some(({ value }) => value === search.get("view")) ? search.get("view")! : "graph";
  const selected = search.get("step");
  const open = nodes.find((node) => node.id === selected);
  const change = useCallback(
    (name: string, value: string | null) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === null) after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setSearch],
  );
  const select = useCallback((id: string) => change("step", id), [change]);
  return (
    <Stack gap="lg">
      {errors.map((error) => (
        <section key={error.node} className="card" data-tone="bad" role="alert" style={{ borderColor: "var(--tone)" }}>
          <div className="pad" style={{ fontSize: "0.92rem" }}>
            <b>{error.node} failed:</b> <Prose text={error.message} /> <b>Next:</b> <Prose text={error.next} />{" "}
            <code style={{ fontSize: "0.78rem", color: "var(--ink-soft)" }}>{error.code}</code>
          </div>
        </section>
      ))}
      <GoOn run={run} nodes={nodes} />
      <div className="split" data-open={open !== undefined || undefined}>
        <Card
          title="Steps"
          pad={false}
          aside={
            <SegmentedControl
              size="xs"
              data={views}
              value={view}
              onChange={(value) => change("view", value === "graph" ? null : value)}
              aria-label="How to show the steps"
            />
          }
        >
          <div ref={ref}>
            {view === "graph" && width > 0 && (
              <RunGraph nodes={nodes} edges={edges} selected={selected} onSelect={select} width={width} />
            )}
            {view === "time" && <RunTimeline run={run} nodes={nodes} selected={selected} onSelect={select} />}
            {view === "table" && <StepTable nodes={nodes} selected={selected} onSelect={select} />}
          </div>
        </Card>
        {open !== undefined && <StepPanel node={open} onClose={() => change("step", null)} />}
      </div>
    </Stack>
  );
}
