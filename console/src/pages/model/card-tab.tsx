import { Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { Empty } from "../../parts/empty.tsx";
import { Evidence } from "../../parts/evidence.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";

type CardFacts = Record<string, unknown>;

function verdictOf(assumption: CardFacts): string {
  const verdict = String(assumption.verdict ?? assumption.state ?? "unchecked");
  return verdict === "unchecked" ? "not checked" : verdict;
}

/** The model card: what the model is for, on which assumptions and data it stands. */
export function CardTab(props: { detail: Schemas["VersionDetail"] }) {
  const { detail } = props;
  const card = typeof detail.card === "object" && detail.card !== null ? (detail.card as CardFacts) : null;
  const assumptions = detail.assumptions.filter((one): one is CardFacts => typeof one === "object" && one !== null);
  if (card === null && assumptions.length === 0)
    return (
      <Card>
        <Empty
          title="No model card recorded"
          commands={[`npx millrace model card ${detail.model}:${detail.version.version}`]}
        >
          The run that made this version kept no card.
        </Empty>
      </Card>
    );
  return (
    <Stack gap="lg">
      <Card title="Intended use">
        <Text size="sm">
          {typeof card?.intendedUse === "string" && card.intendedUse !== "" ? card.intendedUse : "Not recorded."}
        </Text>
        <div style={{ marginTop: 12 }}>
          <JsonView
            value={Object.fromEntries(
              Object.entries({
                predicts: detail.target ?? card?.target,
                task: detail.task ?? card?.task,
                owner: detail.version.owner,
                "risk tier": detail.version.riskTier,
                stage: detail.version.stage,
                "not for": card?.outOfScope,
              }).filter(([, value]) => value !== undefined && value !== null && value !== ""),
            )}
          />
        </div>
      </Card>
      <Card title="Assumptions" pad={false}>
        {assumptions.length === 0 ? (
          <Text size="sm" c="dimmed" px="md" py="sm">
            None are written down.
          </Text>
        ) : (
          <ul className="rows">
            {assumptions.map((assumption) => (
              <li key={String(assumption.statement)} style={{ alignItems: "flex-start" }}>
                <span style={{ width: 118, flex: "none" }}>
                  <StateBadge
                    state={{ holds: "pass", broken: "block" }[verdictOf(assumption)] ?? "unknown"}
                    label={verdictOf(assumption)}
                  />
                </span>
                <div style={{ minWidth: 0 }}>
                  <Text size="sm">{String(assumption.statement)}</Text>
                  <Text size="xs" c="dimmed">
                    {[assumption.owner, assumption.evidence].filter((part) => typeof part === "string").join(" · ")}
                  </Text>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {Array.isArray(card?.data) && card.data.length > 0 && (
        <Card title="Data">
          <Stack gap="md">
            {card.data.map((one: CardFacts) => (
              <JsonView key={String(one.name)} value={one} />
            ))}
          </Stack>
        </Card>
      )}
      <Card title="Lineage">
        <Text size="sm" component="div">
          <Evidence value={card?.lineage ?? detail.artifacts} />
        </Text>
      </Card>
    </Stack>
  );
}
