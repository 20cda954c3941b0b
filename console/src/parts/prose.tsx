import { Fragment } from "react";

/** A sentence in which `commands` and names stand between backticks. */
export function Prose(props: { text: string }) {
  return (
    <>
      {props.text.split("`").map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence never move
        <Fragment key={index}>{index % 2 === 1 ? <code className="inline-code">{part}</code> : part}</Fragment>
      ))}
    </>
  );
}
