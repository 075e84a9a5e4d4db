import { Button, Card, StatusDot, type Tone } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { CertificatesAnswer, type DeviceCertificate } from "./certificate-answers.js";
import { worded } from "./health-words.js";
import "./certificates.css";

const STATE_TONES: Readonly<Record<string, Tone>> = {
  "in-force": "ok",
  "not-yet": "wait",
  ended: "neutral",
  denied: "stop",
};
const SOME = 5;
/** As many as the site says at once. */
const MOST = 200;

/** Every certificate that the site gave the device, the newest first: what somebody compares a machine by. */
export function Certificates({ device }: { device: string }): ReactNode {
  const { t, formats } = useWords();
  const [limit, setLimit] = useState(SOME);
  const { data, refusal } = useAnswer({
    topic: "devices",
    path: `v1/devices/${encodeURIComponent(device)}/certificates?limit=${limit}`,
    answer: CertificatesAnswer,
  });
  const total = data?.total ?? 0;
  return (
    <Card title={t("certificates.title")}>
      <RefusalNotice code={refusal} />
      {data === undefined ? null : total === 0 ? <p className="wk-muted">{t("certificates.none")}</p> : null}
      {data?.certificates.map((certificate, place) => (
        <Certificate key={certificate.serial} certificate={certificate} isOpen={place === 0} />
      ))}
      {data === undefined || data.certificates.length >= Math.min(total, MOST) ? null : (
        <div className="row-actions-start">
          <Button onPress={() => setLimit(limit === SOME ? 50 : MOST)}>
            {t("certificates.more", { left: formats.number(total - data.certificates.length) })}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Certificate({ certificate, isOpen }: { certificate: DeviceCertificate; isOpen: boolean }): ReactNode {
  const { t, formats } = useWords();
  const { serial, usage, subject, issuer, notBefore, notAfter, fingerprint, keyType, state } = certificate;
  return (
    <details className="certificate" open={isOpen}>
      <summary>
        <span className="chips">
          <span>{worded(t, "certificates.usage", usage)}</span>
          <StatusDot chip tone={STATE_TONES[state] ?? "neutral"} word={worded(t, "certificates.state", state)} />
          <span className="wk-muted">{t("certificates.until", { time: formats.dateTime(notAfter) })}</span>
        </span>
      </summary>
      <Facts
        facts={[
          [t("certificates.serial"), <Digits key="serial" text={serial} />],
          [t("certificates.subject"), subject],
          [t("certificates.issuer"), issuer],
          [t("certificates.valid-from"), formats.dateTime(notBefore)],
          [t("certificates.valid-until"), formats.dateTime(notAfter)],
          [t("certificates.key"), keyType],
          [t("certificates.fingerprint"), <Digits key="fingerprint" text={fingerprint} />],
        ]}
      />
    </details>
  );
}

/** In pairs, as other tools print them. */
function Digits({ text }: { text: string }): ReactNode {
  return <code>{text.toUpperCase().replace(/(..)(?=.)/g, "$1:")}</code>;
}
