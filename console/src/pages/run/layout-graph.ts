import { Graph, layout } from "@dagrejs/dagre";
import type { Schemas } from "../../api/client.ts";

export const nodeWidth = 224;
export const nodeHeight = 72;

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

/** Places a run's steps in layers, top to bottom, so that data flow downwards. */
export function layoutGraph(nodes: readonly Schemas["RunNode"][], edges: readonly Schemas["RunEdge"][]): GraphLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 38, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: nodeWidth, height: nodeHeight });
  for (const edge of edges) graph.setEdge(edge.source, edge.target);
  layout(graph);
  const places = new Map(
    nodes.map((node) => {
      const placed = graph.node(node.id) as { x: number; y: number };
      return [node.id, { x: placed.x - nodeWidth / 2, y: placed.y - nodeHeight / 2 }];
    }),
  );
  const size = graph.graph() as { width?: number; height?: number };
  return { width: size.width ?? nodeWidth, height: size.height ?? nodeHeight, places };
}
