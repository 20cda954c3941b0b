import type { ReactNode } from "react";
import { formatNumber } from "../format/numbers.ts";

/** A JSON value for people: members as a list of facts, anything deep as text. */
export function JsonView(props: { value: unknown; empty?: string }) {
  const { value } = props;
  if (!isObject(value)) return <JsonLeaf value={value} />;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return <span style={{ color: "var(--ink-soft)" }}>{props.empty ?? "none"}</span>;
  return (
    <dl className="facts">
      {members.map(([key, member]) => (
        <JsonMember key={key} name={key} value={member} />
      ))}
    </dl>
  );
}

function JsonMember(props: { name: string; value: unknown }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        <JsonLeaf value={props.value} />
      </dd>
    </>
  );
}

function JsonLeaf(props: { value: unknown }): ReactNode {
  const { value } = props;
  if (value === null || value === undefined) return <span style={{ color: "var(--ink-soft)" }}>null</span>;
  if (typeof value === "number") return <span className="numbers">{formatNumber(value)}</span>;
  if (typeof value === "boolean") return <>{value ? "yes" : "no"}</>;
  if (typeof value === "string") return value === "" ? <span style={{ color: "var(--ink-soft)" }}>empty</span> : value;
  if (Array.isArray(value) && value.length <= 40 && value.every((one) => one === null || typeof one !== "object"))
    return value.length === 0 ? <span style={{ color: "var(--ink-soft)" }}>none</span> : value.map(String).join(", ");
  return <JsonText value={value} />;
}

/** The whole value as indented JSON, scrolling. */
export function JsonText(props: { value: unknown; height?: number }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      style={{
        margin: 0,
        padding: "8px 10px",
        maxHeight: props.height ?? 220,
        overflow: "auto",
        fontSize: "0.76rem",
        background: "var(--page)",
        border: "1px solid var(--line)",
        borderRadius: 6,
      }}
    >
      {JSON.stringify(value(props.value), null, 1)}
    </pre>
  );
}

const value = (given: unknown) => given ?? null;

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}
