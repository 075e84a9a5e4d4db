import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { ProposalView } from "@wardkey/protocol/fleet";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { useMe } from "../shell/me.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { DenialAnswer, type DeviceRow, TicketAnswer } from "./answers.js";
import { DescribeAct } from "./describe-act.js";
import { worded } from "./health-words.js";
import { Ticket } from "./ticket.js";

const REASONS = ["lost", "stolen", "misbehaves", "maintenance", "suspected", "by-hand"] as const;

/** What may be done with a device in the state that it is in, by who looks. */
export function DeviceActs({ device }: { device: DeviceRow }): ReactNode {
  const { may } = useMe();
  const { state } = device;
  const officer = may("security-officer");
  if (state === "retired") return null;
  return (
    <>
      <DescribeAct device={device} />
      {state === "awaiting" ? <TicketAct device={device} act="ticket" /> : null}
      {state === "enrolled" ? <Denial device={device} act="quarantine" /> : null}
      {state === "quarantined" && officer ? <Denial device={device} act="release" /> : null}
      {officer && state !== "awaiting" ? <TicketAct device={device} act="replace" /> : null}
      {officer && state === "enrolled" ? <WipeAct device={device} /> : null}
      {officer && state !== "denied" ? <Denial device={device} act="deny" /> : null}
      {officer ? <Denial device={device} act="retire" /> : null}
    </>
  );
}

const pathOf = ({ id }: DeviceRow, act: string): string => `v1/devices/${encodeURIComponent(id)}/${act}`;

interface DenialProps {
  readonly device: DeviceRow;
  readonly act: "quarantine" | "release" | "deny" | "retire";
}

/** Each says what it cuts off, and afterwards under which epoch every kiosk hears of it. */
function Denial({ device, act }: DenialProps): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices", "overview");
  const [reason, setReason] = useState<string>("lost");
  const reasoned = act === "quarantine" || act === "deny";
  const words = { device: device.name, ward: device.ward };
  const work = async (): Promise<string> => {
    const body = reasoned ? { body: { reason } } : {};
    const { denyEpoch, pending } = await ask({
      method: "POST",
      path: pathOf(device, act),
      ...body,
      answer: DenialAnswer,
    });
    await renew();
    const done = t(`device.${act}.did`, { device: device.name, epoch: denyEpoch });
    return pending.length === 0 ? done : `${done} ${t("device.pending", { what: pending.join(", ") })}`;
  };
  return (
    <Act
      label={t(`device.${act}`)}
      kind={act === "release" ? "primary" : act === "quarantine" ? "secondary" : "stop"}
      grave={act !== "release"}
      title={t(`device.${act}.ask`, words)}
      says={
        <>
          <p>{t(`device.${act}.says`, words)}</p>
          {reasoned ? (
            <SelectField
              label={t("device.reason")}
              value={reason}
              onChange={setReason}
              options={REASONS.map((value) => ({ value, label: worded(t, "device.reason", value) }))}
            />
          ) : null}
        </>
      }
      confirm={t(`device.${act}`)}
      work={work}
    />
  );
}

function TicketAct({ device, act }: { device: DeviceRow; act: "ticket" | "replace" }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices");
  const shown = (ticket: EnrolmentTicket | null): ReactNode =>
    ticket === null ? t("ticket.none") : <Ticket ticket={ticket} />;
  return (
    <Act
      label={t(`device.${act}`)}
      title={t(`device.${act}.ask`, { device: device.name })}
      says={t(`device.${act}.says`, { device: device.name })}
      confirm={t(`device.${act}`)}
      kind={act === "ticket" ? "primary" : "secondary"}
      grave={act === "replace"}
      work={async () => {
        const { ticket } = await ask({ method: "POST", path: pathOf(device, act), answer: TicketAnswer });
        await renew();
        return shown(ticket);
      }}
    />
  );
}

function WipeAct({ device }: { device: DeviceRow }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("approvals");
  return (
    <Act
      label={t("device.wipe")}
      kind="stop"
      grave
      title={t("device.wipe.ask", { device: device.name })}
      says={t("device.wipe.says", { device: device.name })}
      confirm={t("device.wipe.go")}
      work={async () => {
        await ask({ method: "POST", path: pathOf(device, "wipe"), answer: ProposalView });
        await renew();
        return t("act.waits");
      }}
    />
  );
}
