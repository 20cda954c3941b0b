import type { PipelineBuilder } from "#pipeline";
import type { FactoryConfig } from "../config.ts";
import { cardStep } from "../steps/card.ts";
import { championStep } from "../steps/champion.ts";
import { evaluateStep } from "../steps/evaluate.ts";
import { evaluateUnlabelledStep } from "../steps/evaluate-unlabelled.ts";
import { gateStep } from "../steps/gate.ts";
import { latencyStep } from "../steps/latency.ts";
import { openTestStep } from "../steps/open-test.ts";
import { probeStep } from "../steps/probe.ts";
import { deployStep, promoteStep } from "../steps/promote.ts";
import { registerStep } from "../steps/register.ts";
import { reportStep } from "../steps/report.ts";
import { verifyExportsStep } from "../steps/verify-exports.ts";
import type { LoopData } from "./add-data.ts";
import type { LoopModel } from "./add-model.ts";
import { describeSource } from "./describe-source.ts";
import { evaluationAsked } from "./evaluation-asked.ts";
import type { LoopFacts } from "./facts.ts";
import { gatePolicyOf } from "./gate-policy.ts";
import { given } from "./given.ts";

/** The steps from a model to one in service: evidence, gate, register, card, approval, promotion. */
export function addRelease(
  p: PipelineBuilder,
  config: FactoryConfig,
  { target, metric, task, query, isLabelled }: LoopFacts,
  { dataset, parts, anomalies }: LoopData,
  { model, screening, unlabelled, baseline, resampled, training }: LoopModel,
): void {
  const { name, roles, riskTier } = config;
  const policy = gatePolicyOf(config);
  const series = config.forecast.series.length === 0 ? undefined : [...config.forecast.series];
  const { champion } = p.step("champion", championStep, { inputs: { model }, options: { model: name } }).out;
  const opened = p.step("open-test", openTestStep, { inputs: { split: parts, model }, options: { model: name } });
  const { opening } = opened.out;
  const judgedByAnswers = () => {
    const { evaluation } = p.step("evaluate", evaluateStep, {
      inputs: { dataset, split: parts, model, champion, ...baseline, ...training },
      after: [opened],
      options: {
        task,
        target: target.name,
        metric,
        notSearched: [...target.sources, ...roles.id, ...config.knownAfter, ...(config.evaluate.raters?.columns ?? [])],
        ...evaluationAsked(config),
        ...given({ query }),
        ...(policy.fairness === undefined && riskTier === "minimal" ? {} : { sensitive: [...roles.sensitive] }),
        ...given({ weight: roles.weight, time: roles.time, series, raters: config.evaluate.raters }),
      },
    }).out;
    const { attacks: _, ...faults } = config.robustness;
    const { probes } = p.step("probe", probeStep, {
      inputs: { dataset, split: parts, model },
      after: [opened],
      options: {
        task,
        target: target.name,
        metric,
        ...given({ attacks: config.robustness.attacks ?? (policy.attacks && {}) }),
        ...faults,
        units: [...config.robustness.units],
        behaviours: [...config.behaviours],
        ...given({ weight: roles.weight, query }),
      },
    }).out;
    return { evaluation, probes };
  };
  const judgedAlone = () => {
    const { evaluation } = p.step("evaluate", evaluateUnlabelledStep, {
      inputs: { dataset, split: parts, model, ...screening },
      after: [opened],
      options: {
        ...unlabelled,
        task: config.task === "anomaly" ? "anomaly" : "cluster",
        metric,
        anomalies: config.anomalies,
        clusters: config.clusters,
      },
    }).out;
    return { evaluation, probes: undefined };
  };
  const { evaluation, probes } = isLabelled ? judgedByAnswers() : judgedAlone();
  const latency =
    policy.latency === undefined ? {} : p.step("latency", latencyStep, { inputs: { model }, options: {} }).out;
  const targets = config.gate?.exports ?? [];
  const exports =
    targets.length === 0
      ? {}
      : p.step("verify-exports", verifyExportsStep, { inputs: { model }, options: { model: name, targets } }).out;
  const { verdict } = p.step("gate", gateStep, {
    inputs: { evaluation, ...screening, ...given({ probes }), opening, ...latency, ...exports },
    options: { policy },
  }).out;
  if (probes !== undefined)
    p.step("report", reportStep, {
      inputs: { evaluation, probes, verdict, opening, ...resampled },
      options: { title: name, target: target.name },
    });
  const { version } = p.step("register", registerStep, {
    inputs: { model, evaluation, verdict },
    options: { model: name, riskTier, ...given({ owner: config.owner }) },
    when: p.when({ of: verdict, path: "registrable" }),
  }).out;
  const { guardrails } = screening;
  // A card tells of answers.
  if (guardrails !== undefined && probes !== undefined)
    p.step("card", cardStep, {
      inputs: {
        version,
        dataset,
        model,
        evaluation,
        guardrails,
        verdict,
        anomalies,
        probes,
        opening,
        ...latency,
        ...resampled,
        ...training,
      },
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
}
