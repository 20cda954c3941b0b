import { SegmentedControl, Text } from "@mantine/core";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { label } from "../../format/names.ts";
import { Empty } from "../../parts/empty.tsx";
import { Evidence } from "../../parts/evidence.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";

const order = { block: 0, warn: 1, pass: 2 } as const;

/** What was checked before learning: each verdict with its evidence; what needs attention first. */
export function GuardrailsTab(props: { detail: Schemas["VersionDetail"] }) {
  const { guardrails } = props.detail;
  const [search, setSearch] = useSearchParams();
  const only = search.get("verdict") ?? "all";
  const shown = [...guardrails]
    .sort((a, b) => order[a.verdict] - order[b.verdict])
    .filter((guardrail) => only === "all" || guardrail.verdict === only);
  const number = (verdict: string) => guardrails.filter((guardrail) => guardrail.verdict === verdict).length;
  if (guardrails.length === 0)
    return (
      <Card>
        <Empty title="No guardrails recorded">The run that made this version kept no report of them.</Empty>
      </Card>
    );
  return (
    <Card
      title="Guardrails"
      pad={false}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which guardrails to show"
          value={only}
          onChange={(value) =>
            setSearch(
              { tab: "guardrails", ...(value === "all" ? {} : { verdict: value }) },
              { replace: true, preventScrollReset: true },
            )
          }
          data={[
            { value: "all", label: `All ${guardrails.length}` },
            { value: "block", label: `Blocked ${number("block")}` },
            { value: "warn", label: `Warn ${number("warn")}` },
            { value: "pass", label: `Pass ${number("pass")}` },
          ]}
        />
      }
    >
      <ul className="rows">
        {shown.map((guardrail) => (
          <li
            key={`${guardrail.name}:${guardrail.column}:${JSON.stringify(guardrail.evidence)}`}
            style={{ alignItems: "flex-start" }}
          >
            <span style={{ width: 86, flex: "none" }}>
              <StateBadge state={guardrail.verdict} />
            </span>
            <div style={{ flex: 1, minWidth: 0 }}>
              <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
                {label(guardrail.name)}
                {guardrail.column !== null && (
                  <Text component="span" size="sm" fw={400} c="dimmed">
                    {" on "}
                    <code>{guardrail.column}</code>
                  </Text>
                )}
              </Text>
              <Text size="sm" c="dimmed" mt={2} component="div">
                <Evidence value={guardrail.evidence} />
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
