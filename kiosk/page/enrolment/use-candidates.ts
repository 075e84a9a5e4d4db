import type { FromScreen, ToScreen } from "@wardkey/protocol/screen";
import { useEffect, useState } from "react";

export type Found = Extract<ToScreen, { type: "answer" }>["answer"];
export type Candidate = Found["people"][number];

export interface CandidateLine {
  readonly send: (message: FromScreen) => void;
  readonly onAnswer: (listener: (answer: Found) => void) => () => void;
  readonly refusedCode: string | null;
}

export interface CandidateSearch {
  readonly found: Found | null;
  readonly underWay: boolean;
  readonly find: (operatorCode: string, search: string) => void;
  readonly forget: () => void;
}

/** One search at a time; what it found lives as long as the form that shows it. */
export function useCandidates({ send, onAnswer, refusedCode }: CandidateLine): CandidateSearch {
  const [asked, setAsked] = useState<string | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  useEffect(
    () =>
      onAnswer((answer) => {
        if (answer.search !== asked) return;
        setFound(answer);
        setAsked(null);
      }),
    [onAnswer, asked],
  );
  useEffect(() => {
    if (refusedCode !== null) setAsked(null);
  }, [refusedCode]);
  return {
    found,
    underWay: asked !== null,
    find: (operatorCode, search) => {
      if (asked !== null) return;
      setFound(null);
      setAsked(search);
      send({ type: "enrol-search", operatorCode, search });
    },
    forget: () => {
      setFound(null);
      setAsked(null);
    },
  };
}
