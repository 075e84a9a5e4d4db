import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { Button, Notice } from "@wardkey/ui";
import { Download } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { offerFile } from "../list/offer-file.js";
import { QrPicture } from "../parts/qr-picture.js";
import { useWords } from "../words.js";

/** A device's one-time ticket: to be scanned, or carried as a file. Shown this once; the site keeps only its digest. */
export function Ticket({ ticket }: { ticket: EnrolmentTicket }): ReactNode {
  const { t, formats } = useWords();
  const text = JSON.stringify(ticket);
  return (
    <div className="ticket">
      <QrPicture text={text} label={t("ticket.qr", { device: ticket.device })} />
      <div className="ticket-words">
        <p>{t("ticket.says", { device: ticket.device })}</p>
        <p className="wk-muted">{t("ticket.until", { time: formats.dateTime(ticket.expiresAt) })}</p>
        <Button
          icon={<Download size={18} aria-hidden />}
          onPress={() => offerFile(`${ticket.device}.ticket.json`, "application/json", text)}
        >
          {t("ticket.file")}
        </Button>
        <Notice tone="wait">{t("ticket.secret")}</Notice>
      </div>
    </div>
  );
}
