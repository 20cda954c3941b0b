import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { canonicalJson, type JsonObject } from "@millrace/program";
import { isoTime } from "#kernel";
import { datasetsOf, type VersionFacts } from "./version-facts.ts";

const payloadType = "application/vnd.in-toto+json";

/**
 * How files came to be, as an in-toto statement: which step made the model, with which options, seed, code and data. The bill
 * of materials is no subject but a by-product: it describes what was built, and is signed with it.
 *
 * Source: in-toto Statement v1; SLSA Provenance v1.
 */
export function provenanceStatement(
  subjects: ReadonlyMap<string, string>,
  content: string,
  facts: VersionFacts | undefined,
  billOfMaterials: Uint8Array,
): JsonObject {
  const train = facts?.executions.find(({ id }) =>
    facts.events.some(
      (event) => event.executionId === id && event.type === "output" && event.artifactId === facts.version.artifactId,
    ),
  );
  const sha256 = (digest: unknown) => ({ sha256: String(digest).replace(/^sha256:/, "") });
  const code = (train?.properties.code as { readonly digest?: string } | undefined)?.digest;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...subjects].map(([name, digest]) => ({ name, digest: { sha256: digest } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:millrace:pipeline:1",
        externalParameters: {
          model: facts === undefined ? null : `${facts.version.model}:${facts.version.version}`,
          content,
          options: train?.properties.options ?? {},
          seed: train?.properties.seed ?? null,
        },
        internalParameters: { environment: train?.properties.environment ?? null },
        resolvedDependencies: [
          ...(code === undefined ? [] : [{ name: "code", digest: sha256(code) }]),
          ...(facts === undefined
            ? []
            : datasetsOf(facts).map(({ step, content }) => ({
                name: `data/${String(step)}`,
                digest: sha256(content),
              }))),
        ],
      },
      runDetails: {
        builder: { id: "urn:millrace:local" },
        byproducts: [
          {
            name: "sbom.cdx.json",
            mediaType: "application/vnd.cyclonedx+json",
            digest: { sha256: createHash("sha256").update(billOfMaterials).digest("hex") },
          },
        ],
        metadata: {
          invocationId: facts?.version.runId ?? "",
          ...(train === undefined
            ? {}
            : { startedOn: isoTime(train.startedMs), finishedOn: isoTime(train.endedMs ?? train.startedMs) }),
        },
      },
    },
  };
}

/** The statement in a DSSE envelope, signed with an Ed25519 key. Source: DSSE v1.0.2. */
export function signedStatement(statement: JsonObject, privateKeyPem: string): JsonObject {
  const payload = Buffer.from(canonicalJson(statement), "utf8");
  const key = createPrivateKey(privateKeyPem);
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const encoded = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `, "utf8"),
    payload,
  ]);
  return {
    payloadType,
    payload: payload.toString("base64"),
    signatures: [
      {
        keyid: `sha256:${createHash("sha256").update(spki).digest("hex")}`,
        sig: sign(null, encoded, key).toString("base64"),
      },
    ],
  };
}
