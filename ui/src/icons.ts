/** The one icon set of the pages. */
export * from "lucide-react";
