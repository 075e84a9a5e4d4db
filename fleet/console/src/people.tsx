import type { SiteOverview } from "@wardkey/protocol/fleet";
import { StatusDot, Table, type Tone } from "@wardkey/ui";
import { UsersRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { type StatusKey, useWords } from "./words.js";

type Person = SiteOverview["people"][number];

const CREDENTIALS: Readonly<Record<Person["credential"], Tone>> = { active: "ok", expired: "wait", none: "neutral" };

/** Who may tap in, since when they hold their credential and until when. */
export function People({ people }: { people: readonly Person[] }): ReactNode {
  const { t, formats } = useWords();
  return (
    <div className="panel" id="people">
      <h2>{t("people.title")}</h2>
      {people.length === 0 ? (
        <div className="nothing">
          <UsersRound size={32} aria-hidden />
          <p>{t("people.empty")}</p>
        </div>
      ) : (
        <Table
          caption={t("people.title")}
          rows={people}
          rowKey={(person) => person.staffId}
          empty={t("people.empty")}
          columns={[
            { key: "name", title: t("people.name"), cell: (person) => <PersonName person={person} /> },
            {
              key: "credential",
              title: t("people.credential"),
              cell: (person) => (
                <span className="person">
                  <StatusDot
                    tone={CREDENTIALS[person.credential]}
                    word={t(`credential.${person.credential}` satisfies StatusKey)}
                  />
                  {person.epoch === 0 ? null : (
                    <span className="person-about">{t("people.epoch", { epoch: person.epoch })}</span>
                  )}
                  {person.quality === null ? null : (
                    <span className="person-about">{t("people.quality", { quality: person.quality })}</span>
                  )}
                </span>
              ),
            },
            { key: "where", title: t("people.where"), cell: (person) => person.enrolledAt ?? "–" },
            {
              key: "until",
              title: t("people.until"),
              cell: (person) => (
                <span className="person-until">{person.expiresAt === null ? "–" : formats.date(person.expiresAt)}</span>
              ),
              align: "end",
            },
          ]}
        />
      )}
    </div>
  );
}

function PersonName({ person }: { person: Person }): ReactNode {
  return (
    <span className="person">
      <span>{person.name}</span>
      <span className="person-about">{person.staffId}</span>
    </span>
  );
}
