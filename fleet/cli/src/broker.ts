import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { mosquittoConfiguration, rabbitConfiguration, rabbitPasswordHash } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import type { CommandGroup } from "./command.js";

/** `wardkey broker …`: what an outside broker is configured with (docs/large-sites.md). */
export const brokerCommands: CommandGroup = (program, { result }) => {
  const broker = program.command("broker").description("Configuration of an outside MQTT broker");
  const write = async (out: string, files: Readonly<Record<string, string>>): Promise<void> => {
    const folder = resolve(out);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, name), text, { mode: 0o600, flag: "wx" });
    }
    const names = Object.keys(files);
    result(
      { folder, files: names },
      `Wrote ${names.join(", ")} to ${folder}. Certificates are yours to add: docs/large-sites.md`,
    );
  };
  broker
    .command("mosquitto <out>")
    .description("Mosquitto 2.0 with its dynamic-security plugin")
    .requiredOption("--site <ID>", "the site's id")
    .requiredOption("--folder <DIR>", "where these files will lie on the broker's machine")
    .option("--devices <HOST:PORT>", "where devices connect", "0.0.0.0:8883")
    .option("--fleet <HOST:PORT>", "where the fleet servers connect; not reachable for devices", "127.0.0.1:8884")
    .action(
      async (out: string, { site, folder, devices, fleet }: Record<"site" | "folder" | "devices" | "fleet", string>) =>
        write(out, mosquittoConfiguration({ site, folder, devices: addressOf(devices), fleet: addressOf(fleet) })),
    );
  broker
    .command("rabbitmq <out>")
    .description("RabbitMQ 3.10 with its MQTT plugin")
    .requiredOption("--folder <DIR>", "where these files will lie on the broker's machine")
    .requiredOption("--password-file <FILE>", "password of the management user that the fleet servers use")
    .option("--manager <NAME>", "that user's name", "wardkey-manager")
    .option("--mqtt <HOST:PORT>", "where devices and fleet servers connect", "0.0.0.0:8883")
    .option("--management <HOST:PORT>", "management interface, for the fleet servers alone", "127.0.0.1:15672")
    .action(
      async (out: string, options: Record<"folder" | "passwordFile" | "manager" | "mqtt" | "management", string>) => {
        const { folder, manager } = options;
        const password = (await readFile(resolve(options.passwordFile), "utf8")).trim();
        await write(
          out,
          rabbitConfiguration({
            folder,
            mqtt: addressOf(options.mqtt),
            management: addressOf(options.management),
            manager: { name: manager, passwordHash: rabbitPasswordHash(password, randomBytes(4)) },
          }),
        );
      },
    );
};

function addressOf(text: string): { host: string; port: number } {
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw new WardkeyError("misused", `"${text}" is no HOST:PORT`);
  return { host, port };
}
