import { StatusDot, type Tone } from "@wardkey/ui";
import { UsersRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { WardsAnswer } from "../devices/answers.js";
import { worded } from "../devices/health-words.js";
import { List } from "../list/list.js";
import type { ListColumn, ListFilter } from "../list/list-parts.js";
import { siteSource } from "../list/list-source.js";
import { addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { AddPerson } from "./add-person.js";
import { nameOf, PeopleAnswer, type PersonRow, STANDINGS } from "./answers.js";

const people = siteSource({
  topic: "people",
  path: "v1/staff",
  answer: PeopleAnswer,
  paging: "offset",
  read: ({ people: rows, total }) => ({ rows, total, next: null }),
});

const BY_NAME = { key: "name", order: "asc" } as const;

export const STANDING_TONES: Readonly<Record<string, Tone>> = {
  active: "ok",
  suspended: "wait",
  denied: "stop",
  ended: "neutral",
  left: "neutral",
  erased: "neutral",
};

/** Everybody whom the site knows, and what they hold. */
export function PeoplePage(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data } = useAnswer({ topic: "devices", path: "v1/wards", answer: WardsAnswer });
  const wards = data?.wards.map(({ ward }) => ward) ?? [];
  const filters: ListFilter[] = [
    { kind: "text", key: "search", label: t("people.search") },
    { kind: "choice", key: "ward", label: t("devices.ward"), options: wards.map((value) => ({ value, label: value })) },
    {
      kind: "choice",
      key: "standing",
      label: t("people.standing"),
      options: STANDINGS.map((value) => ({ value, label: worded(t, "standing", value) })),
    },
  ];
  return (
    <Page
      title={t("nav.people")}
      says={t("people.says")}
      {...(may("operator") ? { actions: <AddPerson wards={wards} /> } : {})}
    >
      <List
        title={t("nav.people")}
        source={people}
        rowKey={({ staffId }) => staffId}
        sort={BY_NAME}
        columns={useColumns()}
        filters={filters}
        empty={{ icon: UsersRound, says: t("people.none-yet") }}
      />
    </Page>
  );
}

function useColumns(): ListColumn<PersonRow>[] {
  const { t, formats } = useWords();
  return [
    {
      key: "name",
      title: t("people.name"),
      sort: "name",
      cell: (person) => (
        <span className="person">
          <a className="plain-link" href={addressOfOne("/people", person.staffId)}>
            {nameOf(person)}
          </a>
          <span className="person-about">{person.staffId}</span>
        </span>
      ),
      text: nameOf,
    },
    { key: "role", title: t("people.role"), sort: "role", cell: ({ role }) => role, text: ({ role }) => role },
    {
      key: "wards",
      title: t("people.wards"),
      cell: ({ wards }) => wards.join(", ") || "–",
      text: ({ wards }) => wards.join("; "),
    },
    {
      key: "standing",
      title: t("people.standing"),
      cell: ({ standing, phoneLostAt }) => (
        <span className="person">
          <StatusDot tone={STANDING_TONES[standing] ?? "neutral"} word={worded(t, "standing", standing)} />
          {phoneLostAt === null ? null : <span className="person-about">{t("people.phone-lost")}</span>}
        </span>
      ),
      text: ({ standing }) => standing,
    },
    {
      key: "credential",
      title: t("people.credential"),
      cell: ({ credential }) =>
        credential === null ? (
          <StatusDot tone="neutral" word={t("credential.none")} />
        ) : (
          <span className="person">
            <StatusDot
              tone={credential.expiresAt > Date.now() ? "ok" : "wait"}
              word={t(credential.expiresAt > Date.now() ? "credential.active" : "credential.expired")}
            />
            <span className="person-about">
              {credential.face ? t("people.epoch", { epoch: credential.epoch }) : t("people.no-face")}
            </span>
          </span>
        ),
      text: ({ credential }) => (credential === null ? "" : `epoch ${credential.epoch}`),
    },
    {
      key: "until",
      title: t("people.until"),
      align: "end",
      cell: ({ credential }) => (
        <span className="person-until">{credential === null ? "–" : formats.date(credential.expiresAt)}</span>
      ),
      text: ({ credential }) => (credential === null ? "" : new Date(credential.expiresAt).toISOString()),
    },
  ];
}
