import type { EnrolmentView } from "@wardkey/protocol/screen";
import { Button, TextField } from "@wardkey/ui";
import { Check, Copy, ExternalLink } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useWords } from "../words.js";
import { handOverAddress } from "./phone-page.js";

export interface OfferProps {
  readonly offer: Extract<EnrolmentView, { step: "offer" }>;
  readonly now: number;
  /** The demo's phone page; `null` where there is none. */
  readonly phonePage: URL | null;
}

/** The words beside the QR code: how long it holds, and the ways to hand it over without a camera. */
export function Offer({ offer, now, phonePage }: OfferProps): ReactNode {
  const { t, formats } = useWords();
  const left = offer.expiresAt - now;
  return (
    <>
      <p className="says">{t("enrol.offer.says", { name: offer.name })}</p>
      <p className="also wk-figures">
        {left > 0 ? t("enrol.offer.expires", { left: formats.elapsed(left) }) : t("enrol.offer.expired")}
      </p>
      {phonePage === null ? (
        <TextField label={t("enrol.offer.text")} value={offer.qr} onChange={() => undefined} />
      ) : null}
      <div className="offers">
        {phonePage === null ? null : (
          <Button
            kind="primary"
            large
            icon={<ExternalLink size={22} aria-hidden />}
            onPress={() => openPhone(phonePage, offer.qr)}
          >
            {t("enrol.offer.hand-over")}
          </Button>
        )}
        <CopyButton text={offer.qr} />
      </div>
    </>
  );
}

function CopyButton({ text }: { text: string }): ReactNode {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without the right to the clipboard the text field beside it is still there.
    }
  };
  return (
    <Button
      kind="secondary"
      icon={copied ? <Check size={20} aria-hidden /> : <Copy size={20} aria-hidden />}
      onPress={() => void copy()}
    >
      {copied ? t("enrol.offer.copied") : t("enrol.offer.copy")}
    </Button>
  );
}

/**
 * Always the same window, so that the phone page which is already open takes the code; as narrow as a phone, so that
 * both screens can be seen when the digits are compared. It gets no hold on this page.
 */
function openPhone(page: URL, qr: string): void {
  const { availWidth, availHeight } = window.screen;
  const shape = `popup,width=430,height=${Math.min(1_040, availHeight - 60)},left=${availWidth - 450},top=20`;
  const opened = window.open(handOverAddress(page, qr), "wardkey-phone", shape);
  try {
    if (opened !== null) opened.opener = null;
  } catch {
    // A window that is already at the phone page was cut loose when it was opened.
  }
}
