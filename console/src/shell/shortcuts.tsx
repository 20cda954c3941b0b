import { ActionIcon, Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { KeyboardIcon } from "../parts/icons.tsx";

const places: Readonly<Record<string, readonly [to: string, label: string]>> = {
  h: ["/", "Home"],
  r: ["/runs", "Runs"],
  m: ["/models", "Models"],
  o: ["/monitoring", "Monitoring"],
};

/** `g` and a letter goes to a page; `?` lists the keys. */
export function Shortcuts() {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const goAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.key === "?") open();
      else if (event.key === "g") goAtMs.current = event.timeStamp;
      else if (event.timeStamp - goAtMs.current < 1500) {
        goAtMs.current = Number.NEGATIVE_INFINITY;
        const place = places[event.key];
        if (place !== undefined) navigate(place[0]);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, open]);
  return (
    <>
      <ActionIcon variant="subtle" color="gray" onClick={open} aria-label="Keyboard shortcuts">
        <KeyboardIcon />
      </ActionIcon>
      <Modal
        opened={opened}
        onClose={close}
        title="Keyboard shortcuts"
        size="xs"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack gap="xs">
          {Object.entries(places).map(([key, [, label]]) => (
            <Group key={key} justify="space-between">
              <Text size="sm">{label}</Text>
              <Group gap={4}>
                <Kbd>g</Kbd>
                <Kbd>{key}</Kbd>
              </Group>
            </Group>
          ))}
          <Group justify="space-between">
            <Text size="sm">This list</Text>
            <Kbd>?</Kbd>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
