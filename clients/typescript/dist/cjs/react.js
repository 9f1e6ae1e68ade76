"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.useExportPDFJob = useExportPDFJob;
/** A hook for React 18 and 19. */
const react_1 = require("react");
const errors_js_1 = require("./errors.js");
const IDLE = { isExporting: false, failure: null, progress: null, result: null };
/**
 * Exports by one component. The export goes on when the component is unmounted, and the promise of startExport settles;
 * `cancel` is what ends it.
 */
function useExportPDFJob(client, options = {}) {
    const { resume = true, timeoutMs } = options;
    const [state, setState] = (0, react_1.useState)(IDLE);
    const controllers = (0, react_1.useRef)(new Set());
    // Of several exports, the one that was started last is shown.
    const shown = (0, react_1.useRef)(null);
    const follow = (0, react_1.useCallback)(async (begin) => {
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
    const startExport = (0, react_1.useCallback)((request) => {
        const url = follow((given) => client.exportPdf(request, { ...given, timeoutMs })).then((result) => result.fileUrl);
        url.catch(() => { }); // `failure` shows it: a click handler need not catch it again.
        return url;
    }, [client, follow, timeoutMs]);
    const cancel = (0, react_1.useCallback)(() => {
        for (const controller of controllers.current)
            controller.abort();
    }, []);
    (0, react_1.useEffect)(() => {
        if (!resume)
            return;
        follow((given) => client.resume({ ...given, timeoutMs })).catch((error) => {
            // An old export that has expired is no news on a page that has just been opened.
            if (error instanceof errors_js_1.JobNotFoundError)
                setState(IDLE);
        });
        // Once: a client that is made anew at each rendering must not resume at each.
    }, []);
    const { failure } = state;
    const error = failure && !(failure instanceof errors_js_1.CancelledError) ? failure.message : null;
    return { ...state, error, startExport, cancel };
}
//# sourceMappingURL=react.js.map