import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { checkSeal, sealManifest } from "./seal.ts";

const keys = () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    secret: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    open: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
};
const manifest = { format: 1, digest: "sha256:00", files: { a: "sha256:11" } };

test("a seal holds for its manifest and its key only", () => {
  const [own, other] = [keys(), keys()];
  const seal = sealManifest(manifest, own.secret);
  expect(checkSeal(seal, manifest)).toMatchObject({ ok: true, trusted: false });
  expect(checkSeal(seal, manifest, own.open)).toMatchObject({ ok: true, trusted: true });
  expect(checkSeal(seal, manifest, other.open)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("another key"),
  });
  expect(checkSeal(seal, { ...manifest, files: { a: "sha256:12" } })).toMatchObject({ ok: false });
  expect(checkSeal({ ...seal, publicKey: "AAAA" }, manifest)).toMatchObject({ ok: false });
  expect(checkSeal({ ...seal, algorithm: "none" }, manifest)).toMatchObject({ ok: false });
  const { publicKey } = sealManifest(manifest, other.secret);
  expect(checkSeal({ ...seal, publicKey: publicKey! }, manifest)).toMatchObject({ ok: false });
});

test("keys of another kind, and what is no key, are refused", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs8", format: "pem" });
  expect(() => sealManifest(manifest, rsa.toString())).toThrow(
    expect.objectContaining({ code: "PACKAGE_KEY_INVALID" }),
  );
  expect(() => sealManifest(manifest, "no key")).toThrow(expect.objectContaining({ code: "PACKAGE_KEY_INVALID" }));
});
