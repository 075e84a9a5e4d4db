import { StatusDot } from "@wardkey/ui";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { lineOf, type PlacedFinding } from "./policy-text.js";
import { findingWords } from "./saying.js";

export interface FindingsPanelProps {
  readonly findings: readonly PlacedFinding[];
  readonly text: string;
  readonly onShow: (finding: PlacedFinding) => void;
}

/** Everything that is wrong, as a list beside the underlined text: pressing one leads to its place. */
export function FindingsPanel({ findings, text, onShow }: FindingsPanelProps): ReactNode {
  const { t } = useWords();
  return (
    <ul className="findings">
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a finding has no name, and the list is made anew with each letter
        <li key={index} data-severity={finding.severity}>
          <button type="button" onClick={() => onShow(finding)}>
            <StatusDot
              tone={finding.severity === "error" ? "stop" : "wait"}
              word={t(`policy.severity.${finding.severity}`)}
            />
            <span className="finding-words">
              <span>{findingWords(finding, t)}</span>
              {finding.text === findingWords(finding, t) ? null : (
                <span className="finding-about" lang="en">
                  {finding.text}
                </span>
              )}
            </span>
            <span className="finding-place wk-figures">
              {t("policy.finding.line", { line: lineOf(text, finding.span.from).line })}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
