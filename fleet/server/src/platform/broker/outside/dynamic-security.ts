import { FLEET_CLIENT, grantFilters, type TopicGrant } from "@wardkey/protocol/fleet";

/** Mosquitto 2.0, mosquitto_dynamic_security: commands as JSON to this topic. */
export const CONTROL = "$CONTROL/dynamic-security/v1";
export const CONTROL_ANSWERS = `${CONTROL}/response`;

interface Acl {
  readonly acltype: string;
  readonly topic: string;
  readonly allow: true;
  readonly priority: number;
}
type Command = { readonly command: string } & Readonly<Record<string, unknown>>;

const FLEET_ROLE = "fleet";
const allow = (acltype: string, topic: string): Acl => ({ acltype, topic, allow: true, priority: 0 });
export const roleOf = (device: string): string => `device-${device}`;

function aclsOf(grant: TopicGrant): Acl[] {
  const { publish, subscribe } = grantFilters(grant);
  return [
    ...publish.map((filter) => allow("publishClientSend", filter)),
    // What may be subscribed to may be any filter below: a pattern whose matches are all within this one.
    ...subscribe.map((filter) => allow("subscribePattern", filter)),
    ...subscribe.map((filter) => allow("unsubscribePattern", filter)),
    ...subscribe.map((filter) => allow("publishClientReceive", filter)),
  ];
}

/** Asks for what `hasRights` compares. */
export const askCommand = ({ device }: TopicGrant): Command => ({ command: "getRole", rolename: roleOf(device) });

/** Whether a role that was asked for is what `giveCommands` would make of it. */
export function hasRights(
  grant: TopicGrant,
  role: { readonly acls: readonly { acltype: string; topic: string }[] } | undefined,
): boolean {
  if (role === undefined) return false;
  const text = ({ acltype, topic }: { acltype: string; topic: string }): string => `${acltype} ${topic}`;
  const [wanted, had] = [new Set(aclsOf(grant).map(text)), new Set(role.acls.map(text))];
  return wanted.size === had.size && [...wanted].every((one) => had.has(one));
}

/** Replaces what the device had. Mosquitto ends its sessions for that; they come back. */
export function giveCommands(grant: TopicGrant): Command[] {
  const rolename = roleOf(grant.device);
  const roles = [{ rolename, priority: 0 }];
  return [
    { command: "createRole", rolename },
    { command: "modifyRole", rolename, acls: aclsOf(grant) },
    { command: "createClient", username: grant.device },
    { command: "modifyClient", username: grant.device, roles },
    { command: "enableClient", username: grant.device },
  ];
}

/** Disabled first: that ends its sessions. Without client and role nothing is left that it may do. */
export function takeCommands(device: string): Command[] {
  return [
    { command: "disableClient", username: device },
    { command: "deleteClient", username: device },
    { command: "deleteRole", rolename: roleOf(device) },
  ];
}

/** What the plugin starts with: nobody may anything but the fleet, which gives the devices their rights. */
export function initialDynamicSecurity(site: string): object {
  const acls = [
    ...[`wardkey/v1/${site}/#`, CONTROL, `${CONTROL}/#`].flatMap((topic) => [
      allow("publishClientSend", topic),
      allow("publishClientReceive", topic),
      allow("subscribePattern", topic),
      allow("unsubscribePattern", topic),
    ]),
  ];
  return {
    defaultACLAccess: { publishClientSend: false, publishClientReceive: false, subscribe: false, unsubscribe: false },
    clients: [{ username: FLEET_CLIENT, roles: [{ rolename: FLEET_ROLE }] }],
    groups: [],
    roles: [{ rolename: FLEET_ROLE, acls }],
  };
}
