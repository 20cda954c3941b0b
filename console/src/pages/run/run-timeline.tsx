import type { Schemas } from "../../api/client.ts";
import { formatSeconds } from "../../format/numbers.ts";
import { StateBadge, toneOf } from "../../parts/state-badge.tsx";
import { useNow } from "../../parts/time-text.tsx";
import { Truncated } from "../../parts/truncated.tsx";

/** When each step ran, on one axis. */
export function RunTimeline(props: {
  run: Schemas["RunSummary"];
  nodes: readonly Schemas["RunNode"][];
  selected: string | null;
  onSelect: (id: string) => void;
}) {
  const { run } = props;
  const now = useNow(run.endedMs === null);
  const started = props.nodes.filter((node) => node.startedMs !== null);
  const fromMs = Math.min(run.startedMs, ...started.map((node) => node.startedMs!));
  const toMs = Math.max(run.endedMs ?? now, ...started.map((node) => node.endedMs ?? now), fromMs + 1);
  const at = (ms: number) => `${(100 * (ms - fromMs)) / (toMs - fromMs)}%`;
  const ordered = [...props.nodes].sort(
    (a, b) => (a.startedMs ?? Number.POSITIVE_INFINITY) - (b.startedMs ?? Number.POSITIVE_INFINITY),
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <div className="timeline">
      <div className="timeline-row timeline-axis" aria-hidden="true">
        <span />
        <span className="timeline-track">
          {ticks.map((tick) => (
            <span
              key={tick}
              style={{
                left: `${100 * tick}%`,
                transform: `translateX(${tick === 1 ? "-100%" : tick === 0 ? "0" : "-50%"})`,
              }}
            >
              {formatSeconds((tick * (toMs - fromMs)) / 1000)}
            </span>
          ))}
        </span>
        <span />
      </div>
      {ordered.map((node) => {
        const endMs = node.endedMs ?? (node.startedMs === null ? null : now);
        const seconds =
          node.seconds ?? (node.startedMs === null || endMs === null ? null : (endMs - node.startedMs) / 1000);
        return (
          <button
            key={node.id}
            type="button"
            className="timeline-row"
            data-tone={toneOf(node.state)}
            data-open={props.selected === node.id || undefined}
            aria-pressed={props.selected === node.id}
            onClick={() => props.onSelect(node.id)}
          >
            <span className="timeline-name">
              <StateBadge state={node.state} iconOnly />
              <Truncated text={node.id} />
            </span>
            <span className="timeline-track">
              {node.startedMs !== null && endMs !== null && (
                <span
                  className="timeline-bar"
                  style={{ left: at(node.startedMs), width: `max(3px, calc(${at(endMs)} - ${at(node.startedMs)}))` }}
                />
              )}
            </span>
            <span className="numbers timeline-time">{formatSeconds(seconds)}</span>
          </button>
        );
      })}
    </div>
  );
}
