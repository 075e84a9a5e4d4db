import { ProfileBundle, type ProfileSet } from "@wardkey/firmware-profiles";
import { codeOf, type Instant } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import { verifyProfiles } from "@wardkey/protocol/fleet/signed";

/** Where the newest signed profiles lie between runs. */
export interface ProfileFile {
  /** `null` when there are none, or they cannot be read. */
  read(): Promise<string | null>;
  /** On the disk when it resolves, whole or not at all. */
  write(signed: string): Promise<void>;
}

export interface ProfilePorts {
  /** Those that came with this version. */
  readonly bundled: ProfileSet;
  readonly file: ProfileFile;
  readonly trust: () => SiteTrust | null;
  readonly at: () => Instant;
  readonly record: (event: ProfileEvent) => void;
  readonly log: (event: { code: string }) => void;
}

export type ProfileEvent =
  | { readonly kind: "profiles.in-force"; readonly body: { readonly version: number; readonly digest: string } }
  | { readonly kind: "profiles.refused"; readonly body: { readonly reason: string } };

interface InForce {
  readonly version: number;
  readonly digest: string;
  readonly bundle: ProfileBundle;
}

type Checked = { readonly ok: true; readonly inForce: InForce } | { readonly ok: false; readonly code: string };

/**
 * Which peripherals this kiosk knows: those of its version, with what the fleet signed in force. Versions only grow; what
 * is not signed by this site's policy key, or does not keep to the schema, changes nothing.
 */
export class ProfilesInForce {
  readonly #ports: ProfilePorts;
  readonly #listeners = new Set<(profiles: ProfileSet) => void>();
  #said: InForce | null = null;
  #work: Promise<void> = Promise.resolve();

  private constructor(ports: ProfilePorts) {
    this.#ports = ports;
  }

  /** With what was kept, checked again; kept profiles of another site, or changed ones, are as if they were not there. */
  static async open(ports: ProfilePorts): Promise<ProfilesInForce> {
    const profiles = new ProfilesInForce(ports);
    const kept = await ports.file.read().catch(() => null);
    const checked = kept === null ? null : profiles.#check(kept);
    if (checked?.ok === true) profiles.#said = checked.inForce;
    else if (checked !== null) ports.log({ code: checked.code });
    return profiles;
  }

  current(): ProfileSet {
    const { bundled } = this.#ports;
    return this.#said === null ? bundled : bundled.with(this.#said.bundle);
  }

  /** Of what the fleet said; 0: nothing but what came with the version. */
  get version(): number {
    return this.#said?.version ?? 0;
  }

  onChange(listener: (profiles: ProfileSet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when they are in force and on the disk, or refused. Never rejects. */
  accept(signed: string): Promise<void> {
    this.#work = this.#work
      .then(() => this.#accept(signed))
      .catch((error: unknown) => this.#ports.log({ code: codeOf(error) }));
    return this.#work;
  }

  async #accept(signed: string): Promise<void> {
    const checked = this.#check(signed);
    const place = checked.ok ? this.#place(checked.inForce) : checked.code;
    if (place === "same") return;
    if (!checked.ok || place !== "newer") {
      this.#ports.record({ kind: "profiles.refused", body: { reason: place } });
      return;
    }
    // On the disk first: what a restart would not know again is not in force.
    await this.#ports.file.write(signed);
    this.#said = checked.inForce;
    const { version, digest } = checked.inForce;
    this.#ports.record({ kind: "profiles.in-force", body: { version, digest } });
    for (const listener of [...this.#listeners]) listener(this.current());
  }

  #check(signed: string): Checked {
    const { trust, at } = this.#ports;
    const site = trust();
    if (site === null) return { ok: false, code: "profiles-untrusted" };
    const verified = verifyProfiles(signed, { trust: site, at: at() });
    if (!verified.ok) return verified;
    const { version, profiles, retired } = verified.frame;
    const bundle = ProfileBundle.safeParse({ v: 1, version, profiles, retired });
    if (!bundle.success) return { ok: false, code: "profiles-unreadable" };
    return { ok: true, inForce: { version, digest: verified.digest, bundle: bundle.data } };
  }

  #place({ version, digest }: InForce): "newer" | "same" | "profiles-older" | "profiles-forked" {
    const said = this.#said;
    if (said === null || version > said.version) return "newer";
    if (version < said.version) return "profiles-older";
    return digest === said.digest ? "same" : "profiles-forked";
  }
}
