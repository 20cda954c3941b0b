import { Anchor, Table, Text, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "../api/client.ts";
import { shortId } from "../format/names.ts";
import { count, formatSeconds } from "../format/numbers.ts";
import { StateBadge } from "./state-badge.tsx";
import { TimeText, useNow } from "./time-text.tsx";
import { Truncated } from "./truncated.tsx";

type Run = Schemas["RunSummary"];

/** Runs, newest first: state, what was done and what was cached, when and how long. */
export function RunTable(props: { runs: readonly Run[]; label: string }) {
  const now = useNow(props.runs.some((run) => run.endedMs === null));
  const longest = Math.max(1, ...props.runs.map((run) => secondsOf(run, now)));
  return (
    <div className="table-scroll">
      <Table className="rows-link" aria-label={props.label} style={{ minWidth: 640, tableLayout: "fixed" }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={112}>State</Table.Th>
            <Table.Th w={152}>Run</Table.Th>
            <Table.Th>Pipeline</Table.Th>
            <Table.Th w="24%">Steps</Table.Th>
            <Table.Th w={128}>Started</Table.Th>
            <Table.Th w={118} ta="right">
              Took
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <StateBadge state={run.state} />
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/runs/${run.id}`} ff="monospace" fz="0.83rem" title={run.id}>
                  {shortId(run.id)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Truncated text={run.pipeline} />
              </Table.Td>
              <Table.Td>
                <StepsBar counts={run.counts} />
              </Table.Td>
              <Table.Td>
                <TimeText ms={run.startedMs} />
              </Table.Td>
              <Table.Td data-number>
                <Duration seconds={secondsOf(run, now)} longest={longest} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function secondsOf(run: Run, now: number): number {
  return Math.max(0, ((run.endedMs ?? (run.state === "running" ? now : run.startedMs)) - run.startedMs) / 1000);
}

function Duration(props: { seconds: number; longest: number }) {
  return (
    <div style={{ textAlign: "right" }}>
      {formatSeconds(props.seconds)}
      <div style={{ height: 3, marginTop: 2, borderRadius: 2, background: "var(--line)" }}>
        <div
          style={{
            height: 3,
            borderRadius: 2,
            marginLeft: "auto",
            width: `${Math.max(2, (100 * props.seconds) / props.longest)}%`,
            background: "var(--accent)",
          }}
        />
      </div>
    </div>
  );
}

const parts = [
  ["done", "good", "ran"],
  ["cached", "info", "cached"],
  ["running", "busy", "running"],
  ["failed", "bad", "failed"],
] as const;

/** The steps of a run as one bar by state, with the figures beside it. */
export function StepsBar(props: { counts: Run["counts"] }) {
  const { counts } = props;
  const said = parts.filter(([key]) => counts[key] > 0).map(([key, , word]) => `${counts[key]} ${word}`);
  const text = said.length === 0 ? count(counts.total, "step") : said.join(" · ");
  return (
    <Tooltip label={`${count(counts.total, "step")}: ${text}`}>
      <div>
        <Text component="span" fz="0.8rem" className="truncated numbers">
          {text}
        </Text>
        <div style={{ display: "flex", gap: 2, height: 4, marginTop: 2 }} aria-hidden="true">
          {parts
            .filter(([key]) => counts[key] > 0)
            .map(([key, tone]) => (
              <span
                key={key}
                data-tone={tone}
                style={{ flex: counts[key], background: "var(--tone)", borderRadius: 2 }}
              />
            ))}
          {rest(counts) > 0 && <span style={{ flex: rest(counts), background: "var(--line)", borderRadius: 2 }} />}
        </div>
      </div>
    </Tooltip>
  );
}

function rest(counts: Run["counts"]): number {
  return Math.max(0, counts.total - counts.done - counts.cached - counts.running - counts.failed);
}
