import { Anchor, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { BackIcon } from "./icons.tsx";

/** A page's head: where it belongs, its title, facts in one line and actions. Sets the window's title. */
export function Page(props: {
  title: string;
  heading?: ReactNode;
  up?: { to: string; label: string };
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = props.title === "Home" ? "Millrace" : `${props.title} · Millrace`;
  }, [props.title]);
  return (
    <>
      {props.up !== undefined && (
        <Anchor
          component={Link}
          to={props.up.to}
          size="sm"
          style={{ display: "inline-flex", alignItems: "center", gap: 2 }}
        >
          <BackIcon />
          {props.up.label}
        </Anchor>
      )}
      <div className="page-head">
        <div style={{ minWidth: 0, flex: 1 }}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {props.heading ?? props.title}
          </Title>
          {props.about !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {props.about}
            </Text>
          )}
        </div>
        {props.actions}
      </div>
      {props.children}
    </>
  );
}

/** A surface with a heading. */
export function Card(props: {
  title?: ReactNode;
  aside?: ReactNode;
  pad?: boolean;
  children: ReactNode;
  style?: React.CSSProperties;
}) {
  return (
    <section className="card" style={props.style}>
      {props.title !== undefined && (
        <header>
          <Title order={2}>{props.title}</Title>
          {props.aside !== undefined && (
            <Text component="div" size="sm" c="dimmed">
              {props.aside}
            </Text>
          )}
        </header>
      )}
      <div className={props.pad === false ? undefined : "pad"}>{props.children}</div>
    </section>
  );
}
