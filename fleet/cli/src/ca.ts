import { join, resolve } from "node:path";
import { caInit, rotateIntermediate, rotateRoot } from "@wardkey/fleet-server";
import { instant } from "@wardkey/protocol";
import type { Command } from "commander";
import type { CommandGroup } from "./command.js";

interface Common {
  readonly data: string;
  readonly site: string;
  readonly name: string;
  readonly passphraseFile?: string;
}

const common = (command: Command): Command =>
  command
    .requiredOption("--data <DIR>", "the fleet server's data folder")
    .requiredOption("--site <ID>", "the site's id, as in the server's configuration")
    .requiredOption("--name <NAME>", "the site's name")
    .option("--passphrase-file <FILE>", "passphrase of the root's key: 16 characters at least, file of mode 0600");

/** `wardkey ca …`: the ceremonies of the offline root. They work on files alone; a running server takes them up by "ca.rotate". */
export const caCommands: CommandGroup = (program, { result }) => {
  const ca = program.command("ca").description("The site's certificate authorities");

  common(ca.command("init"))
    .description("Make the offline root and the first online intermediate")
    .option(
      "--root-key <FILE>",
      "where the root's key goes: a medium that leaves with its keeper (else DIR/pki/root.key)",
    )
    .action(async (options: Common & { rootKey?: string }) => {
      const made = await caInit({
        ...ceremony(options),
        ...(options.rootKey === undefined ? {} : { rootKeyFile: resolve(options.rootKey) }),
      });
      result(
        { rootDigest: made.rootDigest, rootKeyFile: made.rootKeyFile },
        `Root made. SHA-256 (base64url): ${made.rootDigest}\nIts key is ${made.rootKeyFile}: take it off this machine and keep it under lock.`,
      );
    });

  const rotate = ca.command("rotate").description("Replace an authority; devices and phones follow by themselves");
  common(rotate.command("intermediate"))
    .description("A new intermediate under the root in force")
    .requiredOption("--root-key <FILE>", "the root's key, brought for this moment")
    .action(async (options: Common & { rootKey: string }) => {
      const made = await rotateIntermediate({ ...ceremony(options), rootKeyFile: resolve(options.rootKey) });
      result(
        { rotated: "intermediate", digest: made.digest },
        `A new intermediate is ready. It comes into force at the server's next start, or when two people approve ca.rotate.\nWhat they approve: {"what":"intermediate","digest":"${made.digest}"}`,
      );
    });
  common(rotate.command("root"))
    .description("A new root, cross-signed with the old one")
    .requiredOption("--root-key <FILE>", "the old root's key")
    .requiredOption("--new-root-key <FILE>", "where the new root's key goes")
    .option("--new-passphrase-file <FILE>", "passphrase of the new root's key")
    .action(async (options: Common & { rootKey: string; newRootKey: string; newPassphraseFile?: string }) => {
      const made = await rotateRoot({
        ...ceremony(options),
        rootKeyFile: resolve(options.rootKey),
        newRootKeyFile: resolve(options.newRootKey),
        ...(options.newPassphraseFile === undefined ? {} : { newPassphraseFile: resolve(options.newPassphraseFile) }),
      });
      result(
        { rotated: "root", rootDigest: made.rootDigest },
        `The new root is ready. SHA-256 (base64url): ${made.rootDigest}\nKeep both roots' keys until no device trusts the old one alone.`,
      );
    });
};

const ceremony = ({ data, site, name, passphraseFile }: Common) => ({
  folder: join(resolve(data), "pki"),
  site: { id: site, name },
  now: instant(Date.now()),
  ...(passphraseFile === undefined ? {} : { passphraseFile: resolve(passphraseFile) }),
});
