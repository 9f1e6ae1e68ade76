import type { ExportUpdate } from "pdf-export-client";

/** What the export does at the moment. */
export function Progress({ update }: { update: ExportUpdate }) {
  return (
    <p role="status" data-state={update.state}>
      {text(update)}
    </p>
  );
}

function text(update: ExportUpdate): string {
  switch (update.state) {
    case "sending":
      return "Sending the CV …";
    case "processing":
      return "The PDF is being made …";
    case "retrying":
      return `${update.error.message} Trying again in ${Math.ceil(update.delayMs / 1000)} s.`;
    case "done":
      return "Done.";
  }
}
