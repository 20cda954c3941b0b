import { Text } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "../api/client.ts";
import { count } from "../format/numbers.ts";
import { labelOf, StateBadge } from "./state-badge.tsx";
import { TimeText } from "./time-text.tsx";

/** Alerts with what was found, since when, and who has taken care of it. */
export function AlertList(props: { alerts: readonly Schemas["Alert"][]; withFactory?: boolean }) {
  return (
    <ul className="rows">
      {props.alerts.map((alert) => (
        <li key={`${alert.factory}/${alert.key}`} style={{ alignItems: "flex-start" }}>
          <span style={{ width: 102, flex: "none" }}>
            <StateBadge state={alert.state === "open" ? alert.severity : alert.state} />
          </span>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {alert.sentence}
            </Text>
            <Text size="xs" c="dimmed" mt={2} component="div">
              {props.withFactory && (
                <>
                  <Link
                    to={`/monitoring/${encodeURIComponent(alert.factory)}`}
                    style={{ color: "var(--mantine-color-anchor)" }}
                  >
                    {alert.factory}
                  </Link>
                  {" · "}
                </>
              )}
              {alert.state === "open" ? "opened " : `${labelOf(alert.state).toLowerCase()} by ${alert.by} `}
              <TimeText ms={alert.state === "open" ? alert.openedMs : alert.changedMs} />
              {` · seen in ${count(alert.seen, "window")}`}
              {alert.reason !== null && ` · ${alert.reason}`}
            </Text>
          </div>
        </li>
      ))}
    </ul>
  );
}
