import { fileURLToPath } from "node:url";
import { pageConfig } from "@wardkey/ui/vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default pageConfig({ root: here("."), outDir: here("../dist/web") });
