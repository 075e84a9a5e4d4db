import type { Role } from "@wardkey/protocol/fleet";
import {
  ClipboardCheck,
  FileSliders,
  GraduationCap,
  IdCard,
  LayoutDashboard,
  Lightbulb,
  type LucideIcon,
  Monitor,
  Rocket,
  Scale,
  ScrollText,
  Settings,
  ShieldUser,
  Siren,
  UserRoundCog,
  Waypoints,
} from "@wardkey/ui/icons";
import type { ComponentType } from "react";
import type { StatusKey } from "../words.js";

export type PageModule = () => Promise<ComponentType>;

export interface Place {
  readonly path: `/${string}`;
  /** Its line in the navigation. */
  readonly icon: LucideIcon;
  readonly name: StatusKey;
  readonly group: Group;
  /** Who sees it at all; everybody when absent. */
  readonly needs?: Role;
  readonly page: PageModule;
  /** Pages under it, which have no line of their own: `{ path: "/devices/$id", page }`. */
  readonly under?: readonly { readonly path: `/${string}`; readonly page: PageModule }[];
}

export const GROUPS = ["now", "fleet", "rules", "security", "site"] as const;
export type Group = (typeof GROUPS)[number];

/** Every page of the console in the order of the navigation; each is loaded when somebody first goes there. */
export const PLACES: readonly Place[] = [
  {
    path: "/overview",
    icon: LayoutDashboard,
    name: "nav.overview",
    group: "now",
    page: async () => (await import("../overview/overview-page.js")).OverviewPage,
  },
  {
    path: "/approvals",
    icon: ClipboardCheck,
    name: "nav.approvals",
    group: "now",
    page: async () => (await import("../approvals/approvals-page.js")).ApprovalsPage,
  },
  {
    path: "/break-glass",
    icon: Siren,
    name: "nav.break-glass",
    group: "now",
    needs: "operator",
    page: async () => (await import("../break-glass/reviews-page.js")).ReviewsPage,
  },
  {
    path: "/devices",
    icon: Monitor,
    name: "nav.devices",
    group: "fleet",
    page: async () => (await import("../devices/devices-page.js")).DevicesPage,
    under: [{ path: "/devices/$id", page: async () => (await import("../devices/device-page.js")).DevicePage }],
  },
  {
    path: "/people",
    icon: IdCard,
    name: "nav.people",
    group: "fleet",
    page: async () => (await import("../people/people-page.js")).PeoplePage,
    under: [{ path: "/people/$id", page: async () => (await import("../people/person-page.js")).PersonPage }],
  },
  {
    path: "/policy",
    icon: FileSliders,
    name: "nav.policy",
    group: "rules",
    page: async () => (await import("../policy/policy-page.js")).PolicyPage,
    under: [{ path: "/policy/$id", page: async () => (await import("../policy/draft-page.js")).DraftPage }],
  },
  {
    path: "/rollout",
    icon: Rocket,
    name: "nav.rollout",
    group: "rules",
    page: async () => (await import("../rollout/rollout-page.js")).RolloutPage,
  },
  {
    path: "/audit",
    icon: ScrollText,
    name: "nav.audit",
    group: "rules",
    page: async () => (await import("../audit/audit-page.js")).AuditPage,
  },
  {
    path: "/risk",
    icon: Waypoints,
    name: "nav.risk",
    group: "security",
    page: async () => (await import("../risk/risk-page.js")).RiskPage,
    under: [
      { path: "/risk/imports", page: async () => (await import("../risk/imports-page.js")).RiskImportsPage },
      { path: "/risk/$id", page: async () => (await import("../risk/asset-page.js")).AssetPage },
    ],
  },
  {
    path: "/nudges",
    icon: Lightbulb,
    name: "nav.nudges",
    group: "security",
    page: async () => (await import("../nudges/nudges-page.js")).NudgesPage,
  },
  {
    path: "/training",
    icon: GraduationCap,
    name: "nav.training",
    group: "security",
    page: async () => (await import("../training/training-page.js")).TrainingPage,
  },
  {
    path: "/value",
    icon: Scale,
    name: "nav.value",
    group: "site",
    page: async () => (await import("../value/value-page.js")).ValuePage,
  },
  {
    path: "/administrators",
    icon: ShieldUser,
    name: "nav.administrators",
    group: "site",
    needs: "security-officer",
    page: async () => (await import("../administrators/administrators-page.js")).AdministratorsPage,
  },
  {
    path: "/settings",
    icon: Settings,
    name: "nav.settings",
    group: "site",
    page: async () => (await import("../settings/settings-page.js")).SettingsPage,
  },
  {
    path: "/account",
    icon: UserRoundCog,
    name: "nav.account",
    group: "site",
    page: async () => (await import("../account/account-page.js")).AccountPage,
  },
];
