import { createHash } from "node:crypto";
import { canonicalJson, type JsonObject } from "@millrace/program";
import { storedGzip } from "../ecosystems/archives.ts";
import { type TarEntry, writeTar } from "../tar.ts";
import type { BaseImage } from "./base-image.ts";

export interface ImageParts {
  readonly architecture: string;
  readonly base?: BaseImage;
  readonly entries: readonly TarEntry[];
  readonly entrypoint: readonly string[];
  /** Port that it listens on, where it does. */
  readonly port?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the image in the layout. */
  readonly tag: string;
}

const types = {
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
};

/**
 * An OCI image layout: one layer on a base, or on nothing. The same parts give the same bytes: the layer is gzip, since some readers
 * take no other, but stored, since what compressors write differs.
 *
 * Source: OCI Image Format Specification 1.1.
 */
export function imageLayout(parts: ImageParts): ReadonlyMap<string, Uint8Array> {
  const { architecture, base, entries, entrypoint, port, labels, tag } = parts;
  const blobs = new Map<string, Uint8Array>(base?.blobs ?? []);
  const add = (mediaType: string, bytes: Uint8Array): JsonObject => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    blobs.set(digest, bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(canonicalJson(value as JsonObject), "utf8");
  const tar = writeTar(entries);
  const layer = add(types.layer, storedGzip(tar));
  const before = (base?.config ?? {}) as { readonly config?: JsonObject; readonly history?: readonly JsonObject[] };
  const config = add(
    types.config,
    json({
      architecture,
      os: "linux",
      config: {
        ...before.config,
        Entrypoint: entrypoint,
        Cmd: [],
        WorkingDir: "/model",
        User: "65532:65532",
        ...(port === undefined ? {} : { ExposedPorts: { [`${port}/tcp`]: {} } }),
        Labels: { ...((before.config?.Labels ?? {}) as JsonObject), ...labels },
      },
      rootfs: {
        type: "layers",
        diff_ids: [...(base?.diffIds ?? []), `sha256:${createHash("sha256").update(tar).digest("hex")}`],
      },
      history: [...(before.history ?? []), { created_by: "millrace model export --to oci" }],
    }),
  );
  const manifest = add(
    types.manifest,
    json({
      schemaVersion: 2,
      mediaType: types.manifest,
      config,
      layers: [...(base?.layers ?? []), layer],
      annotations: labels,
    }),
  );
  const index = {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      {
        ...manifest,
        platform: { architecture, os: "linux" },
        annotations: { "org.opencontainers.image.ref.name": tag },
      },
    ],
  };
  return new Map<string, Uint8Array>([
    ["oci-layout", json({ imageLayoutVersion: "1.0.0" })],
    ["index.json", json(index)],
    ...[...blobs].map(([digest, bytes]) => [`blobs/sha256/${digest}`, bytes] as const),
  ]);
}
