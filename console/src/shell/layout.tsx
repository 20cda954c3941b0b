import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, Outlet, ScrollRestoration, useLocation } from "react-router";
import { api } from "../api/client.ts";
import { HomeIcon, ModelsIcon, MonitoringIcon, MoonIcon, RunsIcon, SunIcon } from "../parts/icons.tsx";
import { Shortcuts } from "./shortcuts.tsx";

const places = [
  { to: "/", label: "Home", icon: HomeIcon },
  { to: "/runs", label: "Runs", icon: RunsIcon },
  { to: "/models", label: "Models", icon: ModelsIcon },
  { to: "/monitoring", label: "Monitoring", icon: MonitoringIcon },
];

export function Layout() {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the place changes
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "lg", lg: "xl" }}
      styles={{ navbar: { background: "var(--surface)", borderColor: "var(--line)" } }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm" bg="var(--surface)">
        <Group h="100%" px="md" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label="Menu" />
          <Brand />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main">
        <Group visibleFrom="sm" px="xs" pt={6} pb="md">
          <Brand />
        </Group>
        {places.map(({ to, label, icon: Icon }) => {
          const active = to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
          return (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon />}
              active={active}
              color="var(--accent)"
              variant="light"
              aria-current={active ? "page" : undefined}
              styles={{
                root: { borderRadius: 8, fontWeight: active ? 600 : 450, marginBottom: 2 },
                label: { fontSize: "0.9rem", color: "var(--ink)" },
              }}
            />
          );
        })}
        <Group mt="auto" justify="space-between" px="xs" pb={4} wrap="nowrap">
          <Version />
          <Group gap={4} wrap="nowrap">
            <Shortcuts />
            <SchemeSwitch />
          </Group>
        </Group>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: "none" }}>
        <div style={{ maxWidth: 1360, margin: "0 auto" }}>
          <Outlet />
        </div>
      </AppShell.Main>
      <ScrollRestoration />
    </AppShell>
  );
}

function Brand() {
  return (
    <Link to="/" style={{ textDecoration: "none", color: "inherit", display: "flex", alignItems: "center", gap: 10 }}>
      <img src="/icon.svg" alt="" width={26} height={26} />
      <Text component="span" fw={700} fz="1.05rem" style={{ letterSpacing: "-0.02em" }}>
        Millrace
      </Text>
    </Link>
  );
}

function Version() {
  const overview = useQuery({ queryKey: ["overview"], queryFn: api.overview });
  return (
    <Text fz="xs" c="dimmed">
      {overview.data === undefined ? "" : `v${overview.data.version}`}
    </Text>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      onClick={() => setColorScheme(other)}
      aria-label={`Use the ${other} colors`}
    >
      {scheme === "dark" ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}
