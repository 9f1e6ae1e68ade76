/** A hook for React 18 and 19. */
import { useCallback, useEffect, useRef, useState } from "react";
import { CancelledError, JobNotFoundError } from "./errors.js";
const IDLE = { isExporting: false, failure: null, progress: null, result: null };
/**
 * Exports by one component. The export goes on when the component is unmounted, and the promise of startExport settles;
 * `cancel` is what ends it.
 */
export function useExportPDFJob(client, options = {}) {
    const { resume = true, timeoutMs } = options;
    const [state, setState] = useState(IDLE);
    const controllers = useRef(new Set());
    // Of several exports, the one that was started last is shown.
    const shown = useRef(null);
    const follow = useCallback(async (begin) => {
        const controller = new AbortController();
        let progress = null;
        const show = (change) => {
            if (shown.current === controller)
                setState((before) => ({ ...before, ...change }));
        };
        const onUpdate = (update) => show({ progress: (progress = update) });
        const running = begin({ signal: controller.signal, onUpdate });
        if (!running)
            return null;
        controllers.current.add(controller);
        shown.current = controller;
        show({ ...IDLE, isExporting: true, progress });
        try {
            const result = await running;
            show({ isExporting: false, result });
            return result;
        }
        catch (error) {
            show({ isExporting: false, failure: error });
            throw error;
        }
        finally {
            controllers.current.delete(controller);
        }
    }, []);
    const startExport = useCallback((request) => {
        const url = follow((given) => client.exportPdf(request, { ...given, timeoutMs })).then((result) => result.fileUrl);
        url.catch(() => { }); // `failure` shows it: a click handler need not catch it again.
        return url;
    }, [client, follow, timeoutMs]);
    const cancel = useCallback(() => {
        for (const controller of controllers.current)
            controller.abort();
    }, []);
    useEffect(() => {
        if (!resume)
            return;
        follow((given) => client.resume({ ...given, timeoutMs })).catch((error) => {
            // An old export that has expired is no news on a page that has just been opened.
            if (error instanceof JobNotFoundError)
                setState(IDLE);
        });
        // Once: a client that is made anew at each rendering must not resume at each.
    }, []);
    const { failure } = state;
    const error = failure && !(failure instanceof CancelledError) ? failure.message : null;
    return { ...state, error, startExport, cancel };
}
//# sourceMappingURL=react.js.map