import "@xyflow/react/dist/style.css";
import "./run-graph.css";
import {
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  getBezierPath,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
  useStore,
} from "@xyflow/react";
import { memo, useEffect, useMemo, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { formatSeconds } from "../../format/numbers.ts";
import { labelOf, StateBadge, toneOf } from "../../parts/state-badge.tsx";
import { layoutGraph, nodeHeight, nodeWidth } from "./layout-graph.ts";

type StepNode = Node<{ step: Schemas["RunNode"]; onOpen: (id: string) => void; open: boolean }, "step">;

const nodeTypes = { step: memo(StepCard) };
const edgeTypes = { flow: FlowEdge };
/** Taller graphs are panned; smaller ones lie open on the page. */
const tallest = 2400;
/** Below this, names cannot be read: a wider graph is panned instead. */
const smallest = 0.74;

/** The run's steps and what flows between them. */
export function RunGraph(props: {
  nodes: readonly Schemas["RunNode"][];
  edges: readonly Schemas["RunEdge"][];
  selected: string | null;
  onSelect: (id: string) => void;
  width: number;
}) {
  const { nodes, edges, selected, onSelect } = props;
  const [flow, setFlow] = useState<ReactFlowInstance<StepNode> | null>(null);
  const shape = nodes.map((node) => node.id).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the places hang on which steps there are, not on their states
  const layout = useMemo(() => layoutGraph(nodes, edges), [shape, edges.length]);
  const zoom = Math.max(smallest, Math.min(1, props.width / layout.width));
  const room = props.width - layout.width * zoom;
  const centre = (layout.places.get(selected ?? "")?.x ?? layout.width / 2 - nodeWidth / 2) + nodeWidth / 2;
  const x = room >= 0 ? room / 2 : Math.max(room, Math.min(0, props.width / 2 - centre * zoom));
  const height = Math.min(tallest, layout.height * zoom + 4);
  // The graph moves when the room for it or its steps change, never under the hand of whoever looks at it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selected step alone does not move it
  useEffect(() => {
    void flow?.setViewport({ x, y: 0, zoom });
  }, [flow, props.width, shape]);
  const flowNodes: StepNode[] = nodes.map((step) => ({
    id: step.id,
    type: "step",
    position: layout.places.get(step.id) ?? { x: 0, y: 0 },
    width: nodeWidth,
    height: nodeHeight,
    data: { step, onOpen: onSelect, open: selected === step.id },
  }));
  const flowEdges: Edge[] = edges.map((edge) => {
    const near = selected !== null && (edge.source === selected || edge.target === selected);
    return {
      id: `${edge.source}>${edge.target}`,
      source: edge.source,
      target: edge.target,
      type: "flow",
      data: { label: edge.label, kind: edge.kind, near },
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: near ? "var(--accent)" : "var(--edge)" },
    };
  });
  return (
    <div style={{ height }} className="run-graph">
      <ReactFlow
        nodes={flowNodes}
        edges={flowEdges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultViewport={{ x, y: 0, zoom }}
        onInit={setFlow}
        minZoom={0.2}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        proOptions={{ hideAttribution: true }}
        aria-label="Graph of the run's steps"
      >
        <Controls showInteractive={false} position="top-left" />
      </ReactFlow>
    </div>
  );
}

function StepCard({ data }: NodeProps<StepNode>) {
  const { step, onOpen, open } = data;
  const tone = toneOf(step.state);
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className="step-card nopan"
        data-tone={tone}
        data-state={step.state}
        data-open={open || undefined}
        aria-pressed={open}
        onClick={() => onOpen(step.id)}
      >
        <span className="step-head">
          <StateBadge state={step.state} iconOnly />
          <span className="step-name" title={step.id}>
            {step.id}
          </span>
          <span className="step-time numbers">{step.seconds === null ? "" : formatSeconds(step.seconds)}</span>
        </span>
        <span className="step-reason" title={step.reason ?? undefined}>
          {step.error?.message ?? step.reason ?? labelOf(step.state)}
        </span>
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function FlowEdge(props: EdgeProps) {
  const [path, x, y] = getBezierPath(props);
  const data = props.data as { label: string; kind: string; near: boolean };
  const zoom = useStore((state) => state.transform[2]);
  return (
    <>
      <BaseEdge
        path={path}
        {...(props.markerEnd === undefined ? {} : { markerEnd: props.markerEnd })}
        style={{
          stroke: data.near ? "var(--accent)" : "var(--edge)",
          strokeWidth: data.near ? 2 : 1.4,
          ...(data.kind === "data" ? {} : { strokeDasharray: "5 4" }),
        }}
      />
      {data.near && zoom > 0.5 && (
        <text x={x} y={y} className="edge-label" textAnchor="middle" dominantBaseline="middle">
          {data.label.length > 40 ? `${data.label.slice(0, 39)}…` : data.label}
        </text>
      )}
    </>
  );
}
