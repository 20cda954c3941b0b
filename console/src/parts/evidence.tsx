import type { ReactNode } from "react";
import { formatNumber } from "../format/numbers.ts";

/** Evidence as it was recorded: a sentence, or figures by name. */
export function Evidence(props: { value: unknown }): ReactNode {
  const { value } = props;
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return <span style={{ overflowWrap: "anywhere" }}>{value}</span>;
  if (typeof value === "number") return <>{formatNumber(value)}</>;
  if (typeof value !== "object") return <>{String(value)}</>;
  if (Array.isArray(value))
    return value.every((one) => typeof one !== "object") ? (
      value.map((one) => (typeof one === "number" ? formatNumber(one) : String(one))).join(", ")
    ) : (
      <ul style={{ margin: 0, paddingLeft: 16 }}>
        {value.slice(0, 12).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: recorded evidence has no ids and never changes
          <li key={index}>
            <Evidence value={one} />
          </li>
        ))}
      </ul>
    );
  return (
    <span className="evidence">
      {Object.entries(value).map(([name, member]) => (
        <span key={name}>
          {name}{" "}
          <span className="numbers" style={{ color: "var(--ink)" }}>
            <Evidence value={member} />
          </span>
        </span>
      ))}
    </span>
  );
}
