import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { takePageToken, WordsProvider } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { KeyNeeded } from "./key-needed.js";
import { PageHead } from "./page-head.js";
import { StatusPage } from "./status-page.js";
import { i18n } from "./words.js";

export function App(): ReactNode {
  const [client] = useState(() => new QueryClient());
  const [token] = useState(() => takePageToken());
  return (
    <WordsProvider i18n={i18n}>
      <QueryClientProvider client={client}>
        {token === null ? <Keyless /> : <StatusPage token={token} />}
      </QueryClientProvider>
    </WordsProvider>
  );
}

function Keyless(): ReactNode {
  return (
    <div className="status">
      <PageHead siteName={null} updated={null} />
      <main className="status-main">
        <KeyNeeded />
      </main>
    </div>
  );
}
