import { Gauge, LockOpen, MonitorCheck, ShieldX, Undo2 } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useAuditAddress } from "../audit/use-audit-address.js";
import type { WardRow } from "../devices/answers.js";
import { FigureTiles } from "../parts/figure-tiles.js";
import { addressOf } from "../shell/address.js";
import { useWords } from "../words.js";
import type { FiguresAnswer } from "./answers.js";
import { sumsOf } from "./series.js";

/** The day in five numbers; each opens the list behind it. */
export function Numbers({
  wards,
  figures,
}: {
  wards: readonly WardRow[];
  figures: FiguresAnswer | undefined;
}): ReactNode {
  const { t, formats } = useWords();
  const sum = (read: (ward: WardRow) => number): number => wards.reduce((total, ward) => total + read(ward), 0);
  const [devices, online, unlocked] = [
    sum((ward) => ward.expected),
    sum((ward) => ward.online),
    sum((ward) => ward.unlocked),
  ];
  const day = sumsOf(figures?.wards ?? []);
  const since = figures?.from ?? 0;
  const auditAddress = useAuditAddress();
  const events = (kind: string) => auditAddress({ kinds: [kind], from: since });
  const share = (part: number, whole: number): string =>
    whole === 0
      ? t("numbers.none")
      : t("numbers.of", { share: formats.percent(part / whole), whole: formats.number(whole) });
  return (
    <FigureTiles
      label={t("numbers.title")}
      tiles={[
        {
          icon: MonitorCheck,
          value: formats.number(online),
          label: t("numbers.online", { whole: formats.number(devices) }),
          href: addressOf("/devices", online < devices ? { health: "offline" } : {}),
          tone: online === devices ? "ok" : "wait",
          about: t("numbers.unlocked", { count: unlocked }),
        },
        {
          icon: Gauge,
          value: day.meanMs === null ? "–" : t("numbers.seconds", { seconds: formats.number(day.meanMs / 1_000, 1) }),
          label: t("numbers.tap"),
          href: events("session.unlocked"),
          about: t("numbers.tap.about"),
        },
        {
          icon: LockOpen,
          value: formats.number(day.unlocks),
          label: t("numbers.unlocks"),
          href: events("session.unlocked"),
          about: t("numbers.day"),
        },
        {
          icon: ShieldX,
          value: formats.number(day.refused),
          label: t("numbers.refused"),
          href: events("tap.refused"),
          about: share(day.refused, day.refused + day.unlocks),
        },
        {
          icon: Undo2,
          value: formats.number(day.disputed),
          label: t("numbers.disputed"),
          href: events("session.lock-disputed"),
          about: share(day.disputed, day.locks),
        },
      ]}
    />
  );
}
