import { Anchor, Group, NativeSelect, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { api, type Schemas } from "../../api/client.ts";
import { shortDigest, shortId } from "../../format/names.ts";
import { AliasBadges } from "../../parts/alias-badges.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { CardTab } from "./card-tab.tsx";
import { GuardrailsTab } from "./guardrails-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { InputsTab } from "./inputs-tab.tsx";
import { LeaderboardTab } from "./leaderboard-tab.tsx";
import { QualityTab } from "./quality-tab.tsx";

const tabs = ["quality", "leaderboard", "guardrails", "inputs", "card", "history"] as const;
type Tab = (typeof tabs)[number];

/** One model at one version: by default the champion, else the latest. */
export default function ModelPage() {
  const { name = "", version } = useParams();
  const model = useQuery({ queryKey: ["model", name], queryFn: (context) => api.model(name, context) });
  const shown = version === undefined ? defaultVersion(model.data) : Number(version);
  const detail = useQuery({
    queryKey: ["model", name, shown],
    queryFn: (context) => api.modelVersion(name, shown!, context),
    enabled: shown !== undefined && Number.isInteger(shown),
  });
  return (
    <Page
      title={name}
      up={{ to: "/models", label: "Models" }}
      heading={
        <Group gap="sm" component="span">
          {name}
          {model.data !== undefined && <AliasBadges aliases={model.data.model.aliases} withVersion />}
        </Group>
      }
      about={detail.data === undefined ? undefined : <About detail={detail.data} />}
      actions={model.data !== undefined && shown !== undefined && <VersionChoice detail={model.data} shown={shown} />}
    >
      <Loaded query={model}>
        {(known) => <Loaded query={detail}>{(data) => <VersionTabs model={known} detail={data} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

function defaultVersion(model: Schemas["ModelDetail"] | undefined): number | undefined {
  return model?.model.aliases.champion ?? model?.model.latest ?? undefined;
}

function About(props: { detail: Schemas["VersionDetail"] }) {
  const { version, task, target, endpoints } = props.detail;
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "4px 14px", alignItems: "center" }}>
      <b style={{ color: "var(--ink)" }}>Version {version.version}</b>
      <span>
        {task ?? "task not recorded"}
        {target === null ? "" : `, predicts ${target}`}
      </span>
      <span>
        registered <TimeText ms={version.createdMs} />
      </span>
      {version.runId !== null && (
        <Anchor component={Link} to={`/runs/${version.runId}`} fz="inherit">
          run {shortId(version.runId)}
        </Anchor>
      )}
      {version.digest !== null && (
        <span title={version.digest}>
          digest <code>{shortDigest(version.digest)}</code>
        </span>
      )}
      {version.approval !== "approved" && (
        <StateBadge state={version.approval === "pending" ? "waiting" : "rejected"} />
      )}
      {endpoints.length > 0 && <span>served by {endpoints.join(", ")}</span>}
    </span>
  );
}

function VersionChoice(props: { detail: Schemas["ModelDetail"]; shown: number }) {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const { model, versions } = props.detail;
  return (
    <NativeSelect
      label="Version"
      value={String(props.shown)}
      onChange={(event) =>
        navigate({
          pathname: `/models/${encodeURIComponent(model.name)}/${event.currentTarget.value}`,
          search: search.toString(),
        })
      }
      data={versions.map((version) => ({
        value: String(version.version),
        label: [String(version.version), ...version.aliases.map((alias) => `@${alias}`)].join(" "),
      }))}
      w={170}
    />
  );
}

function VersionTabs(props: { model: Schemas["ModelDetail"]; detail: Schemas["VersionDetail"] }) {
  const { model, detail } = props;
  const [search, setSearch] = useSearchParams();
  const asked = search.get("tab");
  const tab: Tab = tabs.find((one) => one === asked) ?? "quality";
  const attention = detail.guardrails.filter((guardrail) => guardrail.verdict !== "pass").length;
  return (
    <Tabs
      value={tab}
      onChange={(value) =>
        setSearch(value === null || value === "quality" ? {} : { tab: value }, {
          replace: true,
          preventScrollReset: true,
        })
      }
      keepMounted={false}
    >
      <Tabs.List mb="lg">
        <Tabs.Tab value="quality">Quality</Tabs.Tab>
        <Tabs.Tab value="leaderboard">Leaderboard</Tabs.Tab>
        <Tabs.Tab value="guardrails">Guardrails{attention > 0 ? ` (${attention})` : ""}</Tabs.Tab>
        <Tabs.Tab value="inputs">Inputs{detail.modelFile ? " and try it" : ""}</Tabs.Tab>
        <Tabs.Tab value="card">Card</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Stack gap="lg">
        <Tabs.Panel value="quality">
          <QualityTab model={model} detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="leaderboard">
          <LeaderboardTab detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="guardrails">
          <GuardrailsTab detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="inputs">
          <InputsTab detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="card">
          <CardTab detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTab model={model} />
        </Tabs.Panel>
      </Stack>
    </Tabs>
  );
}
