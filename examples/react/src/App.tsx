import { type TemplateList, ValidationError } from "pdf-export-client";
import { useExportPDFJob } from "pdf-export-client/react";
import { type FormEvent, useEffect, useState } from "react";

import { client } from "./client";
import { Progress } from "./Progress";
import sample from "./sample.json";

export function App() {
  const templates = useTemplates();
  const [templateId, setTemplateId] = useState("modern");
  const [cv, setCv] = useState(JSON.stringify(sample, null, 2));
  const [notJson, setNotJson] = useState<string | null>(null);
  const { isExporting, startExport, cancel, error, failure, progress, result } = useExportPDFJob(client);

  function submit(event: FormEvent) {
    event.preventDefault();
    try {
      setNotJson(null);
      void startExport({ resumeId: "example", templateId, cvData: JSON.parse(cv) });
    } catch (problem) {
      setNotJson(String(problem));
    }
  }

  return (
    <main>
      <h1>Export a CV</h1>
      <form onSubmit={submit}>
        <label>
          Template
          <select value={templateId} onChange={(event) => setTemplateId(event.target.value)}>
            {templates.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          CV in the form of JSON Resume
          <textarea rows={20} value={cv} spellCheck={false} onChange={(event) => setCv(event.target.value)} />
        </label>
        <div className="buttons">
          {/* It stays enabled: a double click makes one job. */}
          <button type="submit">Export</button>
          {isExporting && (
            <button type="button" onClick={cancel}>
              Cancel
            </button>
          )}
        </div>
      </form>
      {isExporting && progress && <Progress update={progress} />}
      {(notJson ?? error) && (
        <div role="alert">
          <p>{notJson ?? error}</p>
          {failure instanceof ValidationError && (
            <ul>
              {failure.details.map(({ field, message }) => (
                <li key={field}>
                  <code>{field}</code> {message}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {result && (
        <section>
          <p>
            <a href={result.fileUrl} target="_blank" rel="noreferrer">
              Open the PDF
            </a>
          </p>
          {result.warnings.map(({ field, message }) => (
            <p key={field + message}>
              <code>{field}</code> {message}
            </p>
          ))}
        </section>
      )}
    </main>
  );
}

/** The templates that are installed; until they are known, the one that is always there. */
function useTemplates(): Pick<TemplateList["templates"][number], "id" | "name">[] {
  const [templates, setTemplates] = useState([{ id: "modern", name: "Modern" }]);
  useEffect(() => {
    const controller = new AbortController();
    client.templates({ signal: controller.signal }).then(
      (list) => setTemplates(list.templates),
      () => {}, // The export itself shows what is wrong.
    );
    return () => controller.abort();
  }, []);
  return templates;
}
