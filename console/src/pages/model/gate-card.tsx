import { Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { label } from "../../format/names.ts";
import { formatNumber } from "../../format/numbers.ts";
import { Empty } from "../../parts/empty.tsx";
import { Evidence } from "../../parts/evidence.tsx";
import { Card } from "../../parts/page.tsx";
import { Prose } from "../../parts/prose.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";

/** The gate's verdict: each check with its value, its limit and the evidence. */
export function GateCard(props: { gate: Schemas["VersionDetail"]["gate"] }) {
  const { gate } = props;
  return (
    <Card
      title="Gate"
      pad={false}
      aside={gate === null ? undefined : <StateBadge state={gate.passed ? "passed" : "refused"} />}
    >
      {gate === null ? (
        <Empty title="No gate recorded">The run that made this version kept no verdict.</Empty>
      ) : (
        <ul className="rows">
          {gate.checks.map((check) => (
            <li key={check.name} style={{ alignItems: "flex-start" }}>
              <span style={{ paddingTop: 2 }}>
                <StateBadge state={check.passed ? "passed" : "refused"} iconOnly />
              </span>
              <div style={{ flex: 1, minWidth: 0 }}>
                <div style={{ display: "flex", justifyContent: "space-between", gap: 12 }}>
                  <Text size="sm" fw={600}>
                    {label(check.name)}
                  </Text>
                  <Text size="sm" className="numbers" style={{ whiteSpace: "nowrap" }}>
                    {figure(check.value)}
                    {check.limit !== null && (
                      <Text component="span" size="xs" c="dimmed">
                        {" "}
                        limit {figure(check.limit)}
                      </Text>
                    )}
                  </Text>
                </div>
                <Text size="xs" c="dimmed" component="div" mt={2}>
                  <Evidence value={check.evidence} />
                </Text>
                {!check.passed && check.next !== null && (
                  <Text size="sm" mt={4}>
                    <b>Next:</b> <Prose text={check.next} />
                  </Text>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function figure(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  return value === null || value === undefined ? "" : typeof value === "object" ? "" : String(value);
}
