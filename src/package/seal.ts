import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson, type Digest, type JsonObject } from "@millrace/program";
import { MillraceError } from "#kernel";

/** What a seal says. */
export interface SealVerdict {
  /** The signature holds, and it is of the key that was asked for, where one was. */
  readonly ok: boolean;
  /** Digest of the public key that signed. */
  readonly key: Digest;
  /** The key was given by whoever checks; a seal alone only says that one key signed all of it. */
  readonly trusted: boolean;
  readonly reason?: string;
}

/**
 * An Ed25519 seal over a manifest, which names the digest of every part.
 *
 * Errors: PACKAGE_KEY_INVALID: when the text is no Ed25519 private key in PEM form.
 * Source: RFC 8032 (Ed25519); the key as RFC 8410 writes it.
 */
export function sealManifest(manifest: JsonObject, privateKeyPem: string): JsonObject {
  const key = ed25519(privateKeyPem, "private");
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const signature = sign(null, signedBytes(manifest), key);
  return {
    format: 1,
    algorithm: "ed25519",
    publicKey: publicKey.toString("base64"),
    signature: signature.toString("base64"),
  };
}

/** Checks a seal against its manifest, and against a public key where one is given. Errors: PACKAGE_KEY_INVALID. */
export function checkSeal(seal: JsonObject, manifest: JsonObject, publicKeyPem?: string): SealVerdict {
  const trusted = publicKeyPem === undefined ? undefined : spki(ed25519(publicKeyPem, "public"));
  const { algorithm, publicKey, signature } = seal;
  const der = Buffer.from(typeof publicKey === "string" ? publicKey : "", "base64");
  const key: Digest = `sha256:${createHash("sha256").update(der).digest("hex")}`;
  const refused = (reason: string) => ({ ok: false, key, trusted: false, reason });
  if (seal.format !== 1 || algorithm !== "ed25519" || typeof signature !== "string")
    return refused("it is of a form that this version does not know");
  let own: KeyObject;
  try {
    own = createPublicKey({ key: der, type: "spki", format: "der" });
  } catch {
    return refused("its public key cannot be read");
  }
  if (own.asymmetricKeyType !== "ed25519") return refused("its public key is no Ed25519 key");
  if (!verify(null, signedBytes(manifest), own, Buffer.from(signature, "base64")))
    return refused("the signature is not of this manifest");
  if (trusted !== undefined && !trusted.equals(spki(own))) return refused("it was sealed with another key");
  return { ok: true, key, trusted: trusted !== undefined };
}

function signedBytes(manifest: JsonObject): Buffer {
  return Buffer.from(`millrace seal 1\n${canonicalJson(manifest)}`, "utf8");
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function ed25519(pem: string, kind: "private" | "public"): KeyObject {
  let key: KeyObject;
  try {
    key = kind === "private" ? createPrivateKey(pem) : createPublicKey(pem);
  } catch (cause) {
    throw invalid(`This is no ${kind} key in PEM form`, kind, cause);
  }
  if (key.asymmetricKeyType !== "ed25519")
    throw invalid(`The key is of type ${key.asymmetricKeyType ?? "unknown"}, not Ed25519`, kind);
  return key;
}

function invalid(problem: string, kind: string, cause?: unknown): MillraceError {
  return new MillraceError("PACKAGE_KEY_INVALID", {
    message: `${problem}.`,
    next:
      kind === "private"
        ? "Make one: openssl genpkey -algorithm ed25519 -out key.pem"
        : "Take it from the private key: openssl pkey -in key.pem -pubout -out public.pem",
    ...(cause === undefined ? {} : { cause }),
  });
}
