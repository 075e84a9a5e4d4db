import type { EvidenceSlice } from "@wardkey/protocol/screen";
import { Hand, type LucideIcon, ScanFace, Smartphone } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

const ROWS: readonly (readonly ["face" | "input" | "moved", LucideIcon])[] = [
  ["face", ScanFace],
  ["input", Hand],
  ["moved", Smartphone],
];

/**
 * The last seconds before a lock, one column each: how likely it was that they had gone, and what was noticed. A picture:
 * the words beside it say the same.
 */
export function EvidenceStrip({ strip }: { strip: readonly EvidenceSlice[] }): ReactNode {
  const { t } = useWords();
  const columns = strip.map((slice, index) => ({ ...slice, before: strip.length - index }));
  const title = t("account.strip", { count: strip.length });
  return (
    <div className="evidence" role="img" aria-label={title}>
      <p className="evidence-title" aria-hidden>
        {title}
      </p>
      <div className="evidence-row" aria-hidden>
        <p>{t("account.gone")}</p>
        <div className="evidence-columns evidence-bars">
          {columns.map(({ before, gone }) => (
            <svg
              key={before}
              className="evidence-bar"
              viewBox="0 0 10 40"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <rect className="evidence-rail" width="10" height="40" />
              <rect y={40 - 40 * gone} width="10" height={40 * gone} />
            </svg>
          ))}
        </div>
      </div>
      {ROWS.map(([kind, Icon]) => (
        <div key={kind} className="evidence-row" aria-hidden>
          <p>{t(`account.${kind}`)}</p>
          <div className="evidence-columns">
            {columns.map(({ before, [kind]: noticed }) => (
              <span key={before} className="evidence-cell" data-noticed={noticed}>
                {noticed ? <Icon /> : null}
              </span>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
