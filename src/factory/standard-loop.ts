import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { imageFacts } from "#dataset";
import { gatePolicySchema } from "#evaluate";
import { type Clock, systemClock } from "#kernel";
import { definePipeline, type Pipeline } from "#pipeline";
import { type FactoryConfig, imagesOf, metricOf, targetOf } from "./config.ts";
import { fallbackStep } from "./foreign/fallback.ts";
import { foreignSteps } from "./foreign/foreign-steps.ts";
import { readModelFileStep } from "./foreign/read-model-file.ts";
import { gateForTier } from "./responsible/gate-for-tier.ts";
import { assembleStep } from "./steps/assemble.ts";
import { cardStep } from "./steps/card.ts";
import { championStep } from "./steps/champion.ts";
import { dataCardStep } from "./steps/data-card.ts";
import { evaluateStep } from "./steps/evaluate.ts";
import { gateStep } from "./steps/gate.ts";
import { imageFeaturesStep, imageModelStep } from "./steps/image-features.ts";
import { ingestStep } from "./steps/ingest.ts";
import { latencyStep } from "./steps/latency.ts";
import { openTestStep } from "./steps/open-test.ts";
import { prepareStep } from "./steps/prepare.ts";
import { previousSpanStep } from "./steps/previous-span.ts";
import { probeStep } from "./steps/probe.ts";
import { deployStep, promoteStep } from "./steps/promote.ts";
import { readTrafficStep } from "./steps/read-traffic.ts";
import { registerStep } from "./steps/register.ts";
import { screenStep } from "./steps/screen.ts";
import { splitStep } from "./steps/split.ts";
import { statisticsStep } from "./steps/statistics.ts";
import { trainStep } from "./steps/train.ts";
import { quarantineStep, schemaStep, validateStep } from "./steps/validate.ts";
import { verifyExportsStep } from "./steps/verify-exports.ts";

/** Drops keys without a value, so that an absent option keeps its default. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/**
 * The standard loop of one factory as a pipeline: ingest → prepare → assemble → statistics → schema → previous span → validate → split → screen →
 * train → evaluate → gate → register → promote → deploy, with the labelled traffic of its endpoint as a second source.
 */
export function standardLoop(
  config: FactoryConfig,
  place: { readonly trafficFolder: string; readonly clock?: Clock },
): Pipeline {
  const { name, task, roles, split, learn, riskTier } = config;
  const target = targetOf(config);
  const metric = metricOf(config);
  const images = imagesOf(config);
  const column = given({ target: target.name, time: roles.time });
  const leftOut = [
    ...roles.id,
    ...roles.metadata,
    ...roles.ignore,
    ...target.sources,
    ...(roles.group ? [roles.group] : []),
    ...(roles.weight ? [roles.weight] : []),
    // Whoever sends an image sends it alone.
    ...(images === undefined ? [] : imageFacts.filter((fact) => fact !== target.name)),
  ];
  // An image is content: what is told of it are its measures.
  const undescribed = images === undefined ? {} : { leftOut: [images.column] };
  const strategy = split.strategy ?? (roles.time ? "time" : task === "regression" ? "random" : "stratified");
  const { onAnomaly: _, ...written } = config.validate;
  const rules = [...written.rules];
  const referred = Object.keys(config.data).filter((dataset) =>
    rules.some((one) => one.rule === "references" && one.dataset === dataset),
  );
  // A time makes each turn's check another one, so it is given only where a rule asks for it.
  const ages = rules.some(({ rule }) => rule === "fresh");
  const asOf = ages ? (place.clock ?? systemClock).nowMs() : undefined;
  const checks = given({ ...written, rules, datasets: referred, asOf });
  const policy = withBenchmarks(gateForTier(gateOf(config.gate, metric), config, metric), config);
  return definePipeline(name, (p) => {
    const sources = Object.entries(config.data).map(([dataset, { source, ...note }]) =>
      p.step(`ingest-${dataset}`, ingestStep, { inputs: {}, options: { source, note: given(note) } }),
    );
    const prepared = p.step("prepare", prepareStep, {
      inputs: { datasets: sources.map((source) => source.out.dataset) },
      options: {
        names: Object.keys(config.data),
        operations: [...config.prepare],
        target: given({ name: target.name, sql: target.sql }),
      },
    }).out.dataset;
    const traffic = p.step("read-traffic", readTrafficStep, {
      inputs: { like: prepared },
      options: {
        endpoint: name,
        folder: place.trafficFolder,
        ...column,
        ...(images === undefined ? {} : { images: images.column }),
      },
    }).out.dataset;
    const { dataset: assembled } = p.step("assemble", assembleStep, { inputs: { history: prepared, traffic } }).out;
    const { statistics } = p.step("statistics", statisticsStep, {
      inputs: { dataset: assembled },
      options: undescribed,
    }).out;
    const { schema } = p.step("schema", schemaStep, {
      inputs: { statistics },
      options: given({ file: config.schema }),
    }).out;
    const { previous } = p.step("previous-span", previousSpanStep, {
      inputs: { statistics, schema },
      options: { pipeline: name, node: "statistics" },
    }).out;
    const names = Object.keys(config.data);
    const held = { previous, datasets: referred.map((dataset) => sources[names.indexOf(dataset)]!.out.dataset) };
    const validated = p.step("validate", validateStep, {
      inputs: { dataset: assembled, statistics, schema, ...held },
      options: { assumptions: [...config.assumptions], onAnomaly: config.validate.onAnomaly, ...checks },
    });
    const { anomalies } = validated.out;
    const dataset =
      config.validate.onAnomaly === "quarantine"
        ? p.step("quarantine", quarantineStep, {
            inputs: { dataset: assembled, schema, anomalies, ...held },
            options: { ...checks, ...undescribed },
          }).out.dataset
        : assembled;
    const parts = p.step("split", splitStep, {
      inputs: { dataset },
      options: {
        strategy,
        fractions: { train: split.train, validation: split.validation, test: split.test },
        gapDays: split.gapDays,
        seed: split.seed,
        ...given({ group: roles.group }),
        ...column,
        // One image may lie there under two names.
        ...(images === undefined ? {} : { features: [images.column] }),
      },
    }).out.split;
    const { embedding: network, ...pixels } = images ?? {};
    const embedding =
      network === undefined
        ? {}
        : {
            embedding: p.step("embedding-file", readModelFileStep, { inputs: {}, options: { path: network } }).out
              .source,
          };
    const learnable =
      images === undefined
        ? dataset
        : p.step("image-features", imageFeaturesStep, { inputs: { dataset, ...embedding }, options: pixels }).out
            .dataset;
    p.step("data-card", dataCardStep, {
      inputs: {
        sources: sources.map((source) => source.out.dataset),
        dataset,
        statistics,
        schema,
        anomalies,
        split: parts,
      },
      options: {
        name,
        target: target.name,
        ...given({ time: roles.time }),
        groups: [...roles.sensitive, ...roles.metadata],
        note: dataNote(config),
        sources: Object.entries(config.data).map(([dataset, { source, ...note }]) => ({
          name: dataset,
          source: describeSource(source),
          note: given(note),
        })),
      },
    });
    const { guardrails } = p.step("screen", screenStep, {
      // An image that tells the answer is no leak, so its numbers are not screened one by one.
      inputs: { dataset, split: parts },
      options: {
        task,
        ...column,
        ...given({ positive: config.positive, group: roles.group }),
        targetSources: [...target.sources],
        leftOut: images === undefined ? leftOut : [...leftOut, images.column],
        sensitive: [...roles.sensitive],
        knownAfter: [...config.knownAfter],
        waive: learn.waive,
      },
    }).out;
    const foreign = foreignSteps(
      p,
      { dataset, split: parts, after: [validated] },
      {
        task,
        target: target.name,
        ...given({ positive: config.positive }),
        leftOut: [...target.sources, ...config.knownAfter],
      },
    );
    const train = () =>
      p.step("train", trainStep, {
        // A schema that nobody wrote is no promise.
        inputs: { dataset: learnable, split: parts, guardrails, ...(config.schema !== undefined && { schema }) },
        after: [validated],
        options: {
          task,
          ...column,
          ...given({ positive: config.positive, weight: roles.weight, group: roles.group, costs: learn.costs }),
          ...given({ coverage: learn.coverage, outOfDomain: learn.outOfDomain, abstain: learn.abstain }),
          invalid: learn.invalid,
          explanations: learn.explanations,
          exportTo: learn.exportTo,
          ...given({ learners: learn.learners }),
          leftOut,
          ...(Object.keys(config.clean).length > 0 && { clean: config.clean }),
          metric,
          budgetTrials: learn.budgetTrials,
          threads: learn.threads,
        },
      }).out;
    const learned = config.model === undefined ? train() : null;
    const own =
      learned === null
        ? foreign("model", config.model!, { mayAbstain: config.fallback !== undefined })
        : images === undefined
          ? learned.model
          : p.step("image-model", imageModelStep, { inputs: { model: learned.model, ...embedding }, options: pixels })
              .out.model;
    const model =
      config.fallback === undefined
        ? own
        : p.step("with-fallback", fallbackStep, {
            inputs: { model: own, fallback: foreign("fallback", config.fallback) },
            options: {},
          }).out.model;
    const baseline = config.baseline === undefined ? {} : { baseline: foreign("baseline", config.baseline) };
    const { champion } = p.step("champion", championStep, { inputs: { model }, options: { model: name } }).out;
    const opened = p.step("open-test", openTestStep, { inputs: { split: parts, model }, options: { model: name } });
    const { opening } = opened.out;
    const { evaluation } = p.step("evaluate", evaluateStep, {
      inputs: { dataset, split: parts, model, champion, ...baseline, ...(learned && { training: learned.training }) },
      after: [opened],
      options: {
        task,
        target: target.name,
        metric,
        title: name,
        notSearched: [...target.sources, ...roles.id, ...config.knownAfter],
        slices: [...roles.sensitive, ...roles.metadata],
        ...(policy.fairness === undefined && riskTier === "minimal" ? {} : { sensitive: [...roles.sensitive] }),
        ...given({ weight: roles.weight }),
      },
    }).out;
    const { probes } = p.step("probe", probeStep, {
      inputs: { dataset, split: parts, model },
      after: [opened],
      options: {
        task,
        target: target.name,
        metric,
        ...config.robustness,
        units: [...config.robustness.units],
        behaviours: [...config.behaviours],
        ...given({ weight: roles.weight }),
      },
    }).out;
    const latency =
      policy.latency === undefined ? {} : p.step("latency", latencyStep, { inputs: { model }, options: {} }).out;
    const targets = config.gate?.exports ?? [];
    const exports =
      targets.length === 0
        ? {}
        : p.step("verify-exports", verifyExportsStep, { inputs: { model }, options: { model: name, targets } }).out;
    const { verdict } = p.step("gate", gateStep, {
      inputs: { evaluation, guardrails, probes, opening, ...latency, ...exports },
      options: { policy },
    }).out;
    const { version } = p.step("register", registerStep, {
      inputs: { model, evaluation, verdict },
      options: { model: name, riskTier, ...given({ owner: config.owner }) },
      when: p.when({ of: verdict, path: "registrable" }),
    }).out;
    p.step("card", cardStep, {
      inputs: { version, dataset, model, evaluation, guardrails, verdict, anomalies, probes, opening, ...latency },
      options: {
        task,
        target: target.sql === undefined ? target.name : `${target.name}: ${target.sql}`,
        owner: config.owner ?? `factory/${name}`,
        riskTier,
        intendedUse: config.intendedUse ?? "",
        notes: { ...config.card, outOfScope: [...config.card.outOfScope], limits: [...config.card.limits] },
        benchmarks: [...config.benchmarks],
        ...given({ risk: config.risk }),
        data: Object.entries(config.data).map(([dataset, { source, owner, meaning, licence }]) =>
          given({ name: dataset, source: describeSource(source), owner, meaning, licence }),
        ),
      },
    });
    const passed = p.when({ of: verdict, path: "passed" });
    const approved =
      riskTier === "minimal"
        ? []
        : [
            p.waitFor("approval", {
              of: version,
              question: `May ${name} take the place of its champion?`,
              stream: `model/${name}`,
              entryType: "approved",
              when: passed,
            }),
          ];
    const { promotion } = p.step("promote", promoteStep, {
      inputs: { version, verdict },
      options: { model: name },
      when: passed,
      after: approved,
    }).out;
    p.step("deploy", deployStep, { inputs: { promotion }, options: { model: name, endpoint: name } });
  });
}

/** What a person wrote of the data as a whole: that of the first data set, whose rows the others are joined to. */
function dataNote({ data, intendedUse, owner }: FactoryConfig) {
  const { source: _, ...first } = Object.values(data)[0]!;
  return given({ purpose: intendedUse, owner, ...given(first) });
}

/** Where rows come from, in a few words; never a password, which an address may not hold. */
function describeSource(source: FactoryConfig["data"][string]["source"]): string {
  if (source.kind === "postgres") return `${source.address} ${source.table ?? source.query}`;
  if (source.kind === "sqlite") return `${source.path} ${source.table ?? source.query}`;
  return source.path;
}

/** What a model must show where the config says nothing: better than the trivial baseline, and than the champion. */
/** The usual gate, unless the config has checks of its own; exports are checked beside either. */
function gateOf(gate: FactoryConfig["gate"], metric: string): z.input<typeof gatePolicySchema> {
  if (gate === undefined) return usualGate(metric);
  const { exports, ...checks } = gate;
  const own = Object.entries(checks).some(([name, value]) => !isDeepStrictEqual(value, nothing[name]));
  return own ? gate : { ...usualGate(metric), exports };
}

/** The outside results that bind. */
function withBenchmarks(policy: z.input<typeof gatePolicySchema>, { benchmarks }: FactoryConfig) {
  const binding = benchmarks.filter(({ required }) => required);
  return binding.length === 0 ? policy : { ...policy, benchmarks: [...(policy.benchmarks ?? []), ...binding] };
}

/** A gate that says nothing. */
const nothing: Readonly<Record<string, unknown>> = gatePolicySchema.parse({});

function usualGate(metric: string) {
  return { betterThanBaseline: { metric, confidence: 0.95 }, betterThanChampion: { metric, confidence: 0.95 } };
}
