import { open, rename, rm } from "node:fs/promises";

/**
 * Writes the page's token where the account of the kiosk's shell may read it: for the group that the folder's set-group-id
 * bit gives to what is made in it, and for nobody else. The token opens the screen's socket, and nothing more.
 */
export async function writeSharedToken(path: string, token: string): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, "wx", 0o640);
  try {
    // The process's umask takes the group away.
    await file.chmod(0o640);
    await file.writeFile(token);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
