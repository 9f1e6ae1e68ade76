"use client"; // For frameworks that render components on the server.

/** A hook for React 18 and 19. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { ExportClient, ExportOptions } from "./client.js";
import { CancelledError, type ExportError, JobNotFoundError } from "./errors.js";
import type { ExportUpdate } from "./job.js";
import type { ExportRequest, ExportResult } from "./types.js";

export interface ExportPDFJobOptions {
  /** Whether an export that a reload interrupted is continued when the component appears. true by default. */
  resume?: boolean;
  /** Milliseconds to wait for the PDF, instead of the client's. */
  timeoutMs?: number;
}

export interface ExportPDFJob {
  isExporting: boolean;
  /** Exports a CV and resolves to the URL of the PDF. Rejects with an ExportError, which need not be caught. */
  startExport: (request: ExportRequest) => Promise<string>;
  /** What went wrong, for people; null when nothing did or the user cancelled. */
  error: string | null;
  /** The same for programs: its class says what can be done. A CancelledError after `cancel`. */
  failure: ExportError | null;
  /** Cancels what is being exported. */
  cancel: () => void;
  /** The last that happened to the export; null before the first one. */
  progress: ExportUpdate | null;
  /** The finished export, also one that a reload interrupted. */
  result: ExportResult | null;
}

interface State {
  isExporting: boolean;
  failure: ExportError | null;
  progress: ExportUpdate | null;
  result: ExportResult | null;
}

const IDLE: State = { isExporting: false, failure: null, progress: null, result: null };

/**
 * Exports by one component. The export goes on when the component is unmounted, and the promise of startExport settles;
 * `cancel` is what ends it.
 */
export function useExportPDFJob(client: ExportClient, options: ExportPDFJobOptions = {}): ExportPDFJob {
  const { resume = true, timeoutMs } = options;
  const [state, setState] = useState(IDLE);
  const controllers = useRef(new Set<AbortController>());
  // Of several exports, the one that was started last is shown.
  const shown = useRef<AbortController | null>(null);

  const follow = useCallback(async (begin: (options: ExportOptions) => Promise<ExportResult> | null) => {
    const controller = new AbortController();
    let progress: ExportUpdate | null = null;
    const show = (change: Partial<State>) => {
      if (shown.current === controller) setState((before) => ({ ...before, ...change }));
    };
    const onUpdate = (update: ExportUpdate) => show({ progress: (progress = update) });
    const running = begin({ signal: controller.signal, onUpdate });
    if (!running) return null;
    controllers.current.add(controller);
    shown.current = controller;
    show({ ...IDLE, isExporting: true, progress });
    try {
      const result = await running;
      show({ isExporting: false, result });
      return result;
    } catch (error) {
      show({ isExporting: false, failure: error as ExportError });
      throw error;
    } finally {
      controllers.current.delete(controller);
    }
  }, []);

  const startExport = useCallback(
    (request: ExportRequest) => {
      const url = follow((given) => client.exportPdf(request, { ...given, timeoutMs })).then((result) => result!.fileUrl);
      url.catch(() => {}); // `failure` shows it: a click handler need not catch it again.
      return url;
    },
    [client, follow, timeoutMs],
  );

  const cancel = useCallback(() => {
    for (const controller of controllers.current) controller.abort();
  }, []);

  useEffect(() => {
    if (!resume) return;
    follow((given) => client.resume({ ...given, timeoutMs })).catch((error: unknown) => {
      // An old export that has expired is no news on a page that has just been opened.
      if (error instanceof JobNotFoundError) setState(IDLE);
    });
    // Once: a client that is made anew at each rendering must not resume at each.
  }, []);

  const { failure } = state;
  const error = failure && !(failure instanceof CancelledError) ? failure.message : null;
  return { ...state, error, startExport, cancel };
}
