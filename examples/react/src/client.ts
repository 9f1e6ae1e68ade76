import { createClient } from "pdf-export-client";

/** One client for the whole page. VITE_API_URL is read when the page is built. */
export const client = createClient({
  baseUrl: import.meta.env.VITE_API_URL ?? "http://127.0.0.1:8080",
  // With auth.mode=firebase: token: (refresh) => getAuth().currentUser!.getIdToken(refresh),
});
