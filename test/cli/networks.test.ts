// Networks as Keras and PyTorch write them to ONNX, imported by the command and held to what onnxruntime and PyTorch say.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPython, skipsPython } from "../../program/testing/fixtures/python.ts";
import { millrace, temporaryFolder } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;

interface Network {
  readonly model: string;
  readonly input: string;
  readonly rows: readonly (readonly number[])[];
  readonly wanted: readonly (readonly number[])[];
}

const told = `
def told(model, rows):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    wanted = session.run(None, {name: rows})[0]
    return dict(model=base64.b64encode(model).decode(), input=name, rows=rows.astype(float).reshape(len(rows), -1).tolist(), wanted=wanted.astype(float).reshape(len(rows), -1).tolist())
`;

/** Keras writes ONNX by tf2onnx. */
const keras = `
import base64, io, json, os, sys, tempfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
out, sys.stdout = sys.stdout, sys.stderr
import keras, numpy as np, onnxruntime
from keras import layers
${told}
keras.utils.set_random_seed(1)
random = np.random.default_rng(2)
def network(*parts):
    return keras.Sequential([layers.Input((4,)), *parts])
made = {
    "softmax": network(layers.Dense(8, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.2), layers.Dense(6, activation="tanh"), layers.Dense(3, activation="softmax")),
    "sigmoid": network(layers.Dense(5, activation="elu"), layers.Dense(1, activation="sigmoid")),
    "logits": network(layers.Dense(5, activation="leaky_relu"), layers.Dense(3)),
    "value": network(layers.Dense(5, activation="swish"), layers.LayerNormalization(), layers.Dense(1)),
    "pixels": keras.Sequential([layers.Input((6, 6, 2)), layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(2, activation="softmax")]),
    "unsupported": network(layers.Dense(5, activation="gelu"), layers.Dense(1)),
}
networks = {}
for name, model in made.items():
    rows = random.normal(size=(25, *model.input_shape[1:])).astype(np.float32)
    model(rows)
    path = os.path.join(tempfile.mkdtemp(), "model.onnx")
    model.export(path, format="onnx", verbose=False)
    bytes_ = open(path, "rb").read()
    # tf2onnx leaves an operator of TensorFlow in the file that no runtime knows
    networks[name] = dict(model=base64.b64encode(bytes_).decode(), input="", rows=[], wanted=[]) if name == "unsupported" else told(bytes_, rows)
print(json.dumps(networks), file=out)
`;

/**
 * What PyTorch's own exporter wrote, with what PyTorch computed, as the package onnx ships both. The number of rows is made free,
 * as dynamic_axes does, and the operators are brought to a version that onnxruntime still knows.
 */
const pytorch = `
import base64, json, os
import onnx
from onnx import numpy_helper, version_converter
base = os.path.join(os.path.dirname(onnx.__file__), "backend/test/data/pytorch-converted")
def tensor(path):
    with open(path, "rb") as file:
        return numpy_helper.to_array(onnx.TensorProto.FromString(file.read())).astype(float).tolist()
def coded(model):
    return base64.b64encode(model.SerializeToString()).decode()
networks = {}
for name in ["Linear", "Linear_no_bias", "Softplus", "Softmax"]:
    folder = os.path.join(base, "test_" + name)
    model = onnx.load(os.path.join(folder, "model.onnx"))
    assert model.producer_name == "pytorch"
    model = version_converter.convert_version(model, 12)
    rows, wanted = (tensor(os.path.join(folder, "test_data_set_0", f"{one}_0.pb")) for one in ["input", "output"])
    if name == "Softplus":
        networks["fixed"] = dict(model=coded(model), input="", rows=[], wanted=[])
    weights = {one.name for one in model.graph.initializer}
    [given] = [one for one in model.graph.input if one.name not in weights]
    for one in [given, *model.graph.output]:
        one.type.tensor_type.shape.dim[0].dim_param = "rows"
    networks[name] = dict(model=coded(model), input=given.name, rows=rows, wanted=wanted)
print(json.dumps(networks))
`;

/** Imports a network, scores its rows as a file, and gives what comes out beside what was wanted. */
async function scored(name: string, { model, input, rows }: Network, ...options: string[]) {
  await mkdir(join(cwd, name), { recursive: true });
  const at = (file: string) => join(cwd, name, file);
  await writeFile(at("model.onnx"), Buffer.from(model, "base64"));
  const columns = rows[0]!.map((_, k) => `${input}_${k}`);
  await writeFile(at("rows.csv"), [columns.join(","), ...rows.map((row) => row.join(",")), ""].join("\n"));
  const imported = millrace(["model", "import", at("model.onnx"), "--out", at("model.millrace"), ...options], { cwd });
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.stdout + imported.stderr).toContain("cannot be exported");
  const out = millrace(["score", at("model.millrace"), at("rows.csv"), "--json"], { cwd });
  expect(out.code, out.stderr).toBe(0);
  return out.json().predictions as { score: number; scores?: Record<string, number>; prediction: string | number }[];
}

function distance(found: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  return Math.max(...found.flatMap((row, i) => row.map((one, k) => Math.abs(one - wanted[i]![k]!))));
}

afterAll(() => folder.remove());

describe.skipIf(skipsPython)("networks of Keras (skipped where uv is not there)", () => {
  let networks: Record<string, Network>;
  beforeAll(() => {
    const packages = [
      "tensorflow-cpu==2.21.0",
      "keras==3.15.1",
      "tf2onnx==1.17.0",
      "onnx==1.23.2",
      "onnxruntime==1.31.1",
    ];
    networks = JSON.parse(runPython(keras, packages));
  }, 600_000);

  test("with probabilities, of several classes, of two, and of pixels", { timeout: 120_000 }, async () => {
    const softmax = await scored("softmax", networks.softmax!, "--classes", "low,middle,high");
    const each = softmax.map(({ scores }) => ["low", "middle", "high"].map((name) => scores![name]!));
    expect(distance(each, networks.softmax!.wanted)).toBeLessThan(1e-6);
    const sigmoid = await scored("sigmoid", networks.sigmoid!, "--classes", "no,yes");
    expect(
      distance(
        sigmoid.map(({ score }) => [score]),
        networks.sigmoid!.wanted,
      ),
    ).toBeLessThan(1e-6);
    expect(new Set(sigmoid.map(({ prediction }) => prediction)).size).toBe(2);
    const pixels = await scored("pixels", networks.pixels!, "--classes", "no,yes");
    expect(
      distance(
        pixels.map(({ score }) => [1 - score, score]),
        networks.pixels!.wanted,
      ),
    ).toBeLessThan(1e-6);
  });

  test("with raw sums, which a link turns into probabilities, and with a value", { timeout: 120_000 }, async () => {
    const logits = await scored("logits", networks.logits!, "--classes", "a,b,c", "--link", "softmax");
    const wanted = networks.logits!.wanted.map((row) => {
      const total = row.reduce((sum, one) => sum + Math.exp(one), 0);
      return row.map((one) => Math.exp(one) / total);
    });
    expect(
      distance(
        logits.map(({ scores }) => ["a", "b", "c"].map((name) => scores![name]!)),
        wanted,
      ),
    ).toBeLessThan(1e-6);
    const value = await scored("value", networks.value!);
    expect(
      distance(
        value.map(({ score }) => [score]),
        networks.value!.wanted,
      ),
    ).toBeLessThan(1e-5);
  });

  test("with an operator that no runtime knows are refused, and it is named", async () => {
    await writeFile(join(cwd, "unsupported.onnx"), Buffer.from(networks.unsupported!.model, "base64"));
    const { code, stderr } = millrace(["model", "import", "unsupported.onnx", "--out", "x.millrace"], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Erfc[\s\S]*KERNEL_RUNTIME_REFUSED/)]);
  });
});

describe.skipIf(skipsPython)("networks of PyTorch (skipped where uv is not there)", () => {
  let networks: Record<string, Network>;
  beforeAll(() => {
    networks = JSON.parse(runPython(pytorch, ["onnx==1.23.2"]));
  }, 300_000);

  test.each(["Linear", "Linear_no_bias", "Softplus", "Softmax"])("%s", { timeout: 60_000 }, async (name) => {
    const network = networks[name]!;
    const classes = network.wanted[0]!.map((_, k) => `c${k}`);
    const found = await scored(name, network, "--classes", classes.join(","));
    const each = found.map(({ scores }) => classes.map((one) => scores![one]!));
    expect(distance(each, network.wanted)).toBeLessThan(1e-5);
  });

  test("of so many rows and no other are refused, with how to export them", async () => {
    await writeFile(join(cwd, "fixed.onnx"), Buffer.from(networks.fixed!.model, "base64"));
    const { code, stderr } = millrace(["model", "import", "fixed.onnx", "--out", "x.millrace"], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/exactly 10 rows[\s\S]*dynamic_axes/)]);
  });
});
