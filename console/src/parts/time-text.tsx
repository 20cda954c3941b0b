import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { fullTime, nearTime, utcTime } from "../format/times.ts";

/** A time as people near it say it; on hover the local and the UTC time. */
export function TimeText(props: { ms: number | null | undefined; full?: boolean }) {
  if (props.ms === null || props.ms === undefined) return <>–</>;
  const ms = props.ms;
  return (
    <Tooltip
      label={
        <>
          {fullTime(ms)} local
          <br />
          {utcTime(ms)}
        </>
      }
    >
      <time dateTime={new Date(ms).toISOString()} style={{ whiteSpace: "nowrap" }}>
        {props.full ? fullTime(ms) : nearTime(ms)}
      </time>
    </Tooltip>
  );
}

/** The time now, anew every second while something runs. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
