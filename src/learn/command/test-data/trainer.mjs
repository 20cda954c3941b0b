// A trainer in JavaScript: one split on f0 at its mean, as LightGBM's text. The first argument spoils it in some way.
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const folder = process.env.MILLRACE_TRAIN;
const [how = "good"] = process.argv.slice(2);
const task = JSON.parse(readFileSync(join(folder, "task.json"), "utf8"));
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const path = join(folder, "train.parquet");
const reader = await connection.runAndReadAll(
  `WITH t AS (SELECT *, (SELECT avg(f0) FROM '${path}') AS m FROM '${path}')
   SELECT any_value(m), avg(target) FILTER (f0 <= m), avg(target) FILTER (f0 > m), count(*) FROM t`,
);
const [middle, low, high, rows] = reader.getRows()[0].map(Number);
connection.closeSync();
const odds = (p) => Math.log(p / (1 - p));
const feature = how === "columns" ? "income" : "f0";
const objective = how === "task" ? "regression" : "binary sigmoid:1";
const text = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=0
objective=${objective}
feature_names=${feature}
feature_infos=[-10:10]
tree_sizes=400

Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=1
threshold=${middle}
decision_type=2
left_child=-1
right_child=-2
leaf_value=${odds(low)} ${odds(high)}
leaf_weight=1 1
leaf_count=${Math.floor(rows / 2)} ${Math.ceil(rows / 2)}
internal_value=0
internal_weight=0
internal_count=${rows}
is_linear=0
shrinkage=1


end of trees

feature_importances:

parameters:
end of parameters

pandas_categorical:null
`;
if (how === "fails") {
  console.error("there is no such column in these data");
  process.exit(3);
}
if (how === "sleeps") await new Promise((resolve) => setTimeout(resolve, 60_000));
const file = join(folder, "model.txt");
if (how === "link") symlinkSync("/etc/hostname", file);
else if (how === "garbage") writeFileSync(file, "tree\nnum_class=99999999999\nsplit_feature=-7\n\u0000");
else if (how !== "nothing") writeFileSync(file, text);
if (how === "several") writeFileSync(join(folder, "model.json"), "{}");
if (task.features.length < 1) process.exit(4);
