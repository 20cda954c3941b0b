import { Tooltip } from "@mantine/core";
import { useRef, useState } from "react";

/** Text on one line; where it does not fit, the whole of it on hover. */
export function Truncated(props: { text: string; mono?: boolean; width?: number | string }) {
  const element = useRef<HTMLSpanElement>(null);
  const [cut, setCut] = useState(false);
  return (
    <Tooltip label={props.text} disabled={!cut} multiline maw={480} style={{ overflowWrap: "anywhere" }}>
      <span
        ref={element}
        className="truncated"
        onPointerEnter={() => {
          const span = element.current;
          if (span !== null) setCut(span.scrollWidth > span.clientWidth);
        }}
        style={{ maxWidth: props.width, fontFamily: props.mono ? "var(--mantine-font-family-monospace)" : undefined }}
      >
        {props.text}
      </span>
    </Tooltip>
  );
}
