import { Card, StatusDot, type Tone } from "@wardkey/ui";
import { BellRing, Lock, RefreshCw, RotateCw, Terminal } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { ask } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { useMe } from "../shell/me.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { CommandAnswer, type CommandRow, type DeviceRow } from "./answers.js";
import { worded } from "./health-words.js";

const COMMANDS = [
  ["lock", Lock],
  ["identify", BellRing],
  ["refresh", RefreshCw],
  ["renew-certificates", RotateCw],
] as const;

const TONES: Readonly<Record<CommandRow["state"], Tone>> = {
  sent: "wait",
  begun: "wait",
  answered: "ok",
  "timed-out": "stop",
};

/** As many as the site says at once, the newest. */
const COMMANDS_SAID = 20;
const STATES = ["sent", "begun", "answered", "timed-out"] as const;
const answerOf = ({ status, code }: Pick<CommandRow, "status" | "code">): string =>
  [status, code].filter((part) => part !== null).join(" ");

/** What a device can be told once, and what it answered lately. */
export function Commands({ device, commands }: { device: DeviceRow; commands: readonly CommandRow[] }): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const commandOf = ({ command }: CommandRow): string => worded(t, "command", command);
  return (
    <Card title={t("commands.title")}>
      {may("operator") && device.state === "enrolled" ? (
        <div className="row-actions-start">
          {COMMANDS.map(([command, Icon]) => (
            <Command key={command} device={device} command={command} icon={<Icon size={18} aria-hidden />} />
          ))}
        </div>
      ) : null}
      <RowsList
        title={t("commands.latest")}
        name="commands"
        rows={commands}
        most={COMMANDS_SAID}
        rowKey={({ request }) => request}
        sort={{ key: "at", order: "desc" }}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "state",
            label: t("commands.state"),
            options: STATES.map((value) => ({ value, label: t(`commands.state.${value}`) })),
          },
        ]}
        empty={{ icon: Terminal, says: t("commands.none") }}
        columns={[
          { key: "command", title: t("commands.what"), sort: "command", cell: commandOf, text: commandOf },
          { key: "by", title: t("commands.by"), sort: "by", cell: ({ by }) => by, text: ({ by }) => by },
          {
            key: "state",
            title: t("commands.state"),
            sort: "state",
            text: ({ state }) => state,
            cell: ({ state, status, code }) => (
              <span className="person">
                <StatusDot
                  tone={state === "answered" && (status ?? 0) >= 400 ? "stop" : TONES[state]}
                  word={t(`commands.state.${state}`)}
                />
                <span className="person-about">{answerOf({ status, code })}</span>
              </span>
            ),
          },
          { key: "answer", title: t("commands.answer"), text: answerOf },
          { ...momentColumn("at", t("commands.at")), align: "end" },
        ]}
      />
    </Card>
  );
}

interface CommandProps {
  readonly device: DeviceRow;
  readonly command: (typeof COMMANDS)[number][0];
  readonly icon: ReactNode;
}

function Command({ device, command, icon }: CommandProps): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices");
  const { id, name } = device;
  const work = async (): Promise<string> => {
    const path = `v1/devices/${encodeURIComponent(id)}/command`;
    const { outcome, status, code } = await ask({ method: "POST", path, body: { command }, answer: CommandAnswer });
    await renew();
    switch (outcome) {
      case "waiting":
        return t("commands.waits", { device: name });
      case "timed-out":
        return t("commands.silent", { device: name });
      case "answered":
        return (status ?? 0) < 400
          ? t("commands.done", { device: name, command: worded(t, "command", command) })
          : t("commands.refused", { device: name, code: code ?? String(status) });
    }
  };
  return (
    <Act
      label={worded(t, "command", command)}
      icon={icon}
      isDisabled={!device.online}
      title={t("commands.ask", { command: worded(t, "command", command), device: name })}
      says={t(`command.${command}.says`, { device: name })}
      confirm={worded(t, "command", command)}
      work={work}
    />
  );
}
