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

/** `verify.py`: the same with Python's standard library alone, which has no Ed25519; so the script has it. */
export const verifyWithPython: string = `# Checks this bundle with Python (3.9 or later) alone: python3 verify.py [PUBLIC_KEY.pem]
# Digests of every file, the model's content digest, the seal, and the golden rows through model.py.
import base64
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


# Ed25519 as RFC 8032 says it: the field, the order of the base point, the curve, points in extended coordinates
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0])
    b = (one[1] + one[0]) * (other[1] + other[0])
    c = 2 * one[3] * other[3] * D
    d = 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    total = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def point_of(text):
    y = int.from_bytes(text, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P != 0 or (x == 0 and text[31] >> 7 == 1):
        return None
    if x & 1 != text[31] >> 7:
        x = P - x
    return (x, y, 1, x * y % P)


def signed_by(key, content, signature):
    point, at = point_of(key), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or point is None or at is None or number >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + content).digest()
    left = times(number, point_of(bytes([88] + [102] * 31)))
    right = add(at, times(int.from_bytes(digest, "little") % ORDER, point))
    return all((left[k] * right[2] - right[k] * left[2]) % P == 0 for k in (0, 1))


HEAD = bytes.fromhex("302a300506032b6570032100")
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
asked = sys.argv[1] if len(sys.argv) > 1 else None
if there("seal.json"):
    seal = json.loads(read("seal.json"))
    key = base64.b64decode(seal["publicKey"])
    holds = len(key) == 44 and key.startswith(HEAD)
    sealed = b"millrace seal 1" + bytes([10]) + read("bundle.json")
    say(holds and signed_by(key[12:], sealed, base64.b64decode(seal["signature"])), "the seal of the key sha256:" + sha256(key))
    if asked is None:
        print("note    give the public key's file to check whose seal it is")
    else:
        with open(asked, encoding="ascii") as file:
            given = "".join(line.strip() for line in file if not line.startswith("-"))
        say(base64.b64decode(given) == key, "the seal is of " + asked)
elif asked is not None:
    say(False, "a seal was asked for, and there is none")
else:
    print("note    there is no seal")

if there("model.py"):
    with open(os.path.join(folder, "golden-input.csv"), "rb") as rows:
        ran = subprocess.run([sys.executable, "-B", os.path.join(folder, "model.py")], stdin=rows, stdout=subprocess.PIPE, timeout=600)
    same = ran.returncode == 0 and ran.stdout == read("golden-expected.csv")
    say(same, "model.py gives the %d golden rows the same scores, to the last bit" % manifest["goldenRows"])
else:
    print("note    there is no model.py to run the golden rows with")
sys.exit(0 if failures == 0 else 1)
`;
