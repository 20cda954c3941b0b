import { Text } from "@mantine/core";
import type { Schemas } from "../api/client.ts";
import { formatMetric } from "../format/numbers.ts";

/** A figure with its interval in small type. */
export function MetricText(props: { metric: Schemas["Metric"] }) {
  const { value, low, high, reason } = props.metric;
  if (value === null)
    return (
      <Text component="span" size="sm" c="dimmed" {...(reason === undefined ? {} : { title: reason })}>
        {reason ?? "none"}
      </Text>
    );
  return (
    <span className="numbers" style={{ whiteSpace: "nowrap" }}>
      {formatMetric(value)}
      {low !== null && high !== null && (
        <Text component="span" size="xs" c="dimmed" ml={6}>
          {formatMetric(low)} – {formatMetric(high)}
        </Text>
      )}
    </span>
  );
}
