/** `verify.mjs`: checks an unpacked bundle with Node alone. */
export const verifyWithNode: string = String.raw`// Checks this bundle with Node (18 or later) alone: node verify.mjs [PUBLIC_KEY.pem]
// Digests of every file, the model's content digest, the seal, and the golden rows through model.mjs.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const read = (name) => readFileSync(join(folder, name));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
let failures = 0;
const say = (ok, line) => {
  if (!ok) failures++;
  console.log((ok ? "ok      " : "FAILED  ") + line);
};

const manifestBytes = read("bundle.json");
const manifest = JSON.parse(manifestBytes);
let whole = 0;
for (const [name, digest] of Object.entries(manifest.files)) {
  const holds = existsSync(join(folder, name)) && "sha256:" + sha256(read(name)) === digest;
  if (holds) whole++;
  else say(false, name + " is missing or not what was packed");
}
say(whole === Object.keys(manifest.files).length, whole + " of " + Object.keys(manifest.files).length + " files are what was packed");
for (const name of readdirSync(folder))
  if (!Object.hasOwn(manifest.files, name) && name !== "bundle.json" && name !== "seal.json")
    console.log("note    " + name + " is not of the bundle");

const parts = storedZip(read("model.millrace"));
const digests = {};
for (const name of ["program.json", "signature.json", "tensors.bin"]) digests[name] = sha256(parts.get(name));
const content = "sha256:" + sha256(JSON.stringify(digests));
say(content === manifest.content, "the model's content is " + content);

if (existsSync(join(folder, "seal.json"))) {
  const seal = JSON.parse(read("seal.json"));
  const der = Buffer.from(seal.publicKey, "base64");
  const key = createPublicKey({ key: der, type: "spki", format: "der" });
  const signed = Buffer.concat([Buffer.from("millrace seal 1\n"), manifestBytes]);
  const holds = key.asymmetricKeyType === "ed25519" && verify(null, signed, key, Buffer.from(seal.signature, "base64"));
  say(holds, "the seal of the key sha256:" + sha256(der));
  if (process.argv[2] !== undefined) {
    const given = createPublicKey(readFileSync(process.argv[2])).export({ type: "spki", format: "der" });
    say(given.equals(der), "the seal is of " + process.argv[2]);
  } else console.log("note    give the public key's file to check whose seal it is");
} else if (process.argv[2] !== undefined) say(false, "a seal was asked for, and there is none");
else console.log("note    there is no seal");

if (existsSync(join(folder, "model.mjs"))) {
  const ran = spawnSync(process.execPath, [join(folder, "model.mjs")], {
    input: read("golden-input.csv"),
    maxBuffer: 1 << 28,
    timeout: 120000,
  });
  const same = ran.status === 0 && ran.stdout.equals(read("golden-expected.csv"));
  say(same, "model.mjs gives the " + manifest.goldenRows + " golden rows the same scores, to the last bit");
} else console.log("note    there is no model.mjs to run the golden rows with");
process.exit(failures === 0 ? 0 : 1);

// The entries of a zip without compression.
function storedZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map();
  for (let at = 0; at + 30 <= bytes.length && view.getUint32(at, true) === 0x04034b50; ) {
    const size = view.getUint32(at + 18, true);
    const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const name = bytes.subarray(at + 30, at + 30 + view.getUint16(at + 26, true)).toString("utf8");
    entries.set(name, bytes.subarray(start, start + size));
    at = start + size;
  }
  return entries;
}
`;

/** `verify.py`: the same with Python's standard library alone, which has no Ed25519. */
export const verifyWithPython: string = `# Checks this bundle with Python (3.9 or later) alone: python3 verify.py
# Digests of every file, the model's content digest, and the golden rows through model.py. A seal needs verify.mjs.
import hashlib
import json
import os
import subprocess
import sys
import zipfile

folder = os.path.dirname(os.path.abspath(__file__))
failures = 0


def read(name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def there(name):
    return os.path.exists(os.path.join(folder, name))


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def say(ok, line):
    global failures
    if not ok:
        failures += 1
    print(("ok      " if ok else "FAILED  ") + line)


manifest = json.loads(read("bundle.json"))
whole = 0
for name, digest in manifest["files"].items():
    if there(name) and "sha256:" + sha256(read(name)) == digest:
        whole += 1
    else:
        say(False, name + " is missing or not what was packed")
say(whole == len(manifest["files"]), "%d of %d files are what was packed" % (whole, len(manifest["files"])))
for name in sorted(os.listdir(folder)):
    if name not in manifest["files"] and name not in ("bundle.json", "seal.json"):
        print("note    " + name + " is not of the bundle")

with zipfile.ZipFile(os.path.join(folder, "model.millrace")) as model:
    names = ["program.json", "signature.json", "tensors.bin"]
    digests = ",".join('"%s":"%s"' % (name, sha256(model.read(name))) for name in names)
content = "sha256:" + sha256(("{" + digests + "}").encode())
say(content == manifest["content"], "the model's content is " + content)
print("note    " + ("the seal is checked by verify.mjs" if there("seal.json") else "there is no seal"))

if there("model.py"):
    with open(os.path.join(folder, "golden-input.csv"), "rb") as rows:
        ran = subprocess.run([sys.executable, "-B", os.path.join(folder, "model.py")], stdin=rows, stdout=subprocess.PIPE, timeout=600)
    same = ran.returncode == 0 and ran.stdout == read("golden-expected.csv")
    say(same, "model.py gives the %d golden rows the same scores, to the last bit" % manifest["goldenRows"])
else:
    print("note    there is no model.py to run the golden rows with")
sys.exit(0 if failures == 0 else 1)
`;
