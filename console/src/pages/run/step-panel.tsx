import { ActionIcon, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { shortDigest } from "../../format/names.ts";
import { formatBytes, formatNumber, formatSeconds } from "../../format/numbers.ts";
import { CloseIcon } from "../../parts/icons.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Prose } from "../../parts/prose.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { Truncated } from "../../parts/truncated.tsx";

type RunNode = Schemas["RunNode"];

/** Everything about one step: why it ran, what it read and wrote, options, figures, cost. */
export function StepPanel(props: { node: RunNode; onClose: () => void }) {
  const { node } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step was opened
  useEffect(() => heading.current?.focus({ preventScroll: true }), [node.id]);
  return (
    <aside className="card" aria-label={`Step ${node.id}`}>
      <header>
        <Title order={2} ref={heading} tabIndex={-1} style={{ outline: "none", minWidth: 0 }}>
          <Truncated text={node.id} />
        </Title>
        <ActionIcon variant="subtle" color="gray" onClick={props.onClose} aria-label="Close the step">
          <CloseIcon />
        </ActionIcon>
      </header>
      <Stack gap="lg" className="pad">
        <div>
          <Group gap="sm">
            <StateBadge state={node.state} />
            <Text size="sm" c="dimmed">
              {[
                node.step === node.id ? null : node.step,
                node.version === null ? null : `version ${node.version}`,
                node.kind,
              ]
                .filter((part) => part !== null)
                .join(" · ")}
            </Text>
          </Group>
          {node.reason !== null && (
            <Text size="sm" mt={8} style={{ overflowWrap: "anywhere" }}>
              {node.reason}
            </Text>
          )}
          {node.cachedFrom !== null && (
            <Anchor component={Link} to={`/runs/${node.cachedFrom}`} size="sm">
              Open the run that made it
            </Anchor>
          )}
        </div>
        {node.error !== null && <Failure error={node.error} />}
        <Part title="Time and cost">
          <dl className="facts">
            <dt>started</dt>
            <dd>
              <TimeText ms={node.startedMs} />
            </dd>
            <dt>took</dt>
            <dd className="numbers">{formatSeconds(node.seconds)}</dd>
            {node.attempts > 1 && (
              <>
                <dt>attempts</dt>
                <dd>{node.attempts}</dd>
              </>
            )}
            {node.cost !== null && <Cost cost={node.cost} />}
          </dl>
        </Part>
        {Object.keys(node.metrics).length > 0 && (
          <Part title="Figures">
            <dl className="facts">
              {Object.entries(node.metrics).map(([name, value]) => (
                <MetricRow key={name} name={name} value={value} />
              ))}
            </dl>
          </Part>
        )}
        <Part title="Read">
          <ArtifactRefs refs={node.inputs} none="nothing recorded" />
        </Part>
        <Part title="Wrote">
          <ArtifactRefs refs={node.outputs} none="nothing recorded" />
        </Part>
        <Part title="Options">
          <JsonView value={node.options} />
        </Part>
        <details>
          <summary style={{ cursor: "pointer", fontSize: "0.88rem", fontWeight: 600 }}>Provenance</summary>
          <div style={{ marginTop: 8 }}>
            <JsonView
              value={{
                ...(node.executionId === null ? {} : { execution: node.executionId }),
                ...(node.cacheKey === null ? {} : { "cache key": shortDigest(node.cacheKey) }),
                ...node.facts,
              }}
            />
          </div>
        </details>
      </Stack>
    </aside>
  );
}

function Part(props: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={3} mb={6}>
        {props.title}
      </Title>
      {props.children}
    </section>
  );
}

function MetricRow(props: { name: string; value: number }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd className="numbers">{formatNumber(props.value)}</dd>
    </>
  );
}

function Cost(props: { cost: Schemas["Cost"] }) {
  const { cpuSeconds, peakMemoryBytes, money, energyWattHours } = props.cost;
  return (
    <>
      <dt>processor</dt>
      <dd className="numbers">{formatSeconds(cpuSeconds)}</dd>
      <dt>peak memory</dt>
      <dd className="numbers">{formatBytes(peakMemoryBytes)}</dd>
      {money !== null && (
        <>
          <dt>money</dt>
          <dd className="numbers">{formatNumber(money)}</dd>
        </>
      )}
      {energyWattHours !== null && (
        <>
          <dt>energy</dt>
          <dd className="numbers">{formatNumber(energyWattHours)} Wh</dd>
        </>
      )}
    </>
  );
}

function Failure(props: { error: Schemas["Failure"] }) {
  return (
    <div
      data-tone="bad"
      style={{
        borderLeft: "3px solid var(--tone)",
        background: "var(--tone-soft)",
        borderRadius: 6,
        padding: "8px 12px",
      }}
    >
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Prose text={props.error.message} />
      </Text>
      {props.error.next !== "" && (
        <Text size="sm" mt={4}>
          <b>Next:</b> <Prose text={props.error.next} />
        </Text>
      )}
      <Text size="xs" mt={4} ff="monospace">
        {props.error.code}
      </Text>
    </div>
  );
}

/** Artifacts by the name under which a step read or wrote them. */
export function ArtifactRefs(props: { refs: readonly Schemas["ArtifactRef"][]; none: string }) {
  if (props.refs.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {props.none}
      </Text>
    );
  return (
    <ul style={{ listStyle: "none", margin: 0, padding: 0, display: "grid", gap: 6 }}>
      {props.refs.map((ref) => (
        <li key={`${ref.path}:${ref.id}`} style={{ fontSize: "0.85rem", minWidth: 0 }}>
          <Group gap={8} wrap="nowrap" justify="space-between">
            <span style={{ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
              <Anchor component={Link} to={`/artifacts/${ref.id}`} fz="0.85rem">
                {ref.path}
              </Anchor>
              <span style={{ color: "var(--ink-soft)" }}> {ref.type === ref.path ? "" : ref.type}</span>
            </span>
            <span className="numbers" style={{ color: "var(--ink-soft)", whiteSpace: "nowrap", fontSize: "0.78rem" }}>
              {formatBytes(ref.sizeBytes)} · <code title={ref.content}>{shortDigest(ref.content)}</code>
            </span>
          </Group>
        </li>
      ))}
    </ul>
  );
}
