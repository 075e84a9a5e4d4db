import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { DEVICE_KINDS } from "@wardkey/protocol/policy";
import { Button, Dialog, TextField } from "@wardkey/ui";
import { Plus } from "@wardkey/ui/icons";
import { type FormEvent, type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { SelectField } from "../parts/select-field.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { TicketAnswer } from "./answers.js";
import { worded } from "./health-words.js";
import { Ticket } from "./ticket.js";

const ID = /^[a-z0-9-]{1,63}$/;
const FRESH = { id: "", name: "", ward: "", kind: "kiosk" };

/** A new device: named here, then let in once by its ticket. */
export function AddDevice({ wards }: { wards: readonly string[] }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices");
  const { busy, refusal, act } = useAct();
  const [open, setOpen] = useState(false);
  const [fields, setFields] = useState(FRESH);
  const [ticket, setTicket] = useState<EnrolmentTicket | null>(null);
  const set = (patch: Partial<typeof FRESH>): void => setFields({ ...fields, ...patch });
  const wrong = fields.id !== "" && !ID.test(fields.id);
  const ready = ID.test(fields.id) && fields.name.trim() !== "" && fields.ward.trim() !== "";
  const begin = (): void => {
    setFields(FRESH);
    setTicket(null);
    setOpen(true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    act(async () => {
      const body = { ...fields, name: fields.name.trim(), ward: fields.ward.trim() };
      const added = await ask({ method: "POST", path: "v1/devices", body, answer: TicketAnswer });
      setTicket(added.ticket);
      await renew();
    });
  };
  return (
    <>
      <Button kind="primary" icon={<Plus size={20} aria-hidden />} onPress={begin}>
        {t("devices.add")}
      </Button>
      <Dialog
        title={ticket === null ? t("devices.add.title") : t("ticket.title", { device: ticket.device })}
        isOpen={open}
        onClose={() => setOpen(false)}
        alert={ticket !== null}
        wide={ticket !== null}
        actions={
          ticket === null ? undefined : (
            <Button kind="primary" onPress={() => setOpen(false)}>
              {t("ticket.carried")}
            </Button>
          )
        }
      >
        {ticket !== null ? (
          <Ticket ticket={ticket} />
        ) : (
          <form className="form" onSubmit={submit}>
            <p>{t("devices.add.says")}</p>
            <TextField
              label={t("devices.id")}
              hint={t("devices.id.hint")}
              value={fields.id}
              onChange={(id) => set({ id })}
              error={wrong ? t("devices.id.wrong") : undefined}
              maxLength={63}
              isRequired
              autoFocus
            />
            <TextField
              label={t("devices.name")}
              value={fields.name}
              onChange={(name) => set({ name })}
              maxLength={80}
              isRequired
            />
            <TextField
              label={t("devices.ward")}
              hint={
                wards.length === 0
                  ? t("devices.ward.first")
                  : t("devices.ward.known", { wards: wards.slice(0, 6).join(", ") })
              }
              value={fields.ward}
              onChange={(ward) => set({ ward })}
              maxLength={80}
              isRequired
            />
            <SelectField
              label={t("devices.kind")}
              value={fields.kind}
              onChange={(kind) => set({ kind })}
              options={DEVICE_KINDS.map((value) => ({ value, label: worded(t, "device.kind", value) }))}
            />
            <RefusalNotice code={refusal} />
            <div className="form-actions">
              <Button onPress={() => setOpen(false)}>{t("act.cancel")}</Button>
              <Button kind="primary" type="submit" isDisabled={busy || !ready}>
                {t("devices.add.go")}
              </Button>
            </div>
          </form>
        )}
      </Dialog>
    </>
  );
}
