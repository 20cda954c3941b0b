import type { Artifact } from "#kernel";
import type { ArtifactRefView } from "../schemas/answer-parts.ts";

/** An artifact as other records point to it, under a step's input or output name. */
export function artifactRef(path: string, artifact: Artifact): ArtifactRefView {
  return {
    path,
    id: artifact.id,
    type: artifact.type,
    content: artifact.content,
    sizeBytes: Object.values(artifact.files).reduce((sum, file) => sum + file.sizeBytes, 0),
    properties: artifact.properties,
  };
}
