"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ValidationError = exports.UnauthorizedError = exports.TokenError = exports.TimeoutError = exports.RequestError = exports.RateLimitedError = exports.OverloadedError = exports.NetworkError = exports.JobNotFoundError = exports.JobFailedError = exports.ExportError = exports.CancelledError = exports.createClient = void 0;
/** Exports CVs as PDFs: `createClient({ baseUrl }).exportPdf(request)`. The React hook is in `pdf-export-client/react`. */
var client_js_1 = require("./client.js");
Object.defineProperty(exports, "createClient", { enumerable: true, get: function () { return client_js_1.createClient; } });
var errors_js_1 = require("./errors.js");
Object.defineProperty(exports, "CancelledError", { enumerable: true, get: function () { return errors_js_1.CancelledError; } });
Object.defineProperty(exports, "ExportError", { enumerable: true, get: function () { return errors_js_1.ExportError; } });
Object.defineProperty(exports, "JobFailedError", { enumerable: true, get: function () { return errors_js_1.JobFailedError; } });
Object.defineProperty(exports, "JobNotFoundError", { enumerable: true, get: function () { return errors_js_1.JobNotFoundError; } });
Object.defineProperty(exports, "NetworkError", { enumerable: true, get: function () { return errors_js_1.NetworkError; } });
Object.defineProperty(exports, "OverloadedError", { enumerable: true, get: function () { return errors_js_1.OverloadedError; } });
Object.defineProperty(exports, "RateLimitedError", { enumerable: true, get: function () { return errors_js_1.RateLimitedError; } });
Object.defineProperty(exports, "RequestError", { enumerable: true, get: function () { return errors_js_1.RequestError; } });
Object.defineProperty(exports, "TimeoutError", { enumerable: true, get: function () { return errors_js_1.TimeoutError; } });
Object.defineProperty(exports, "TokenError", { enumerable: true, get: function () { return errors_js_1.TokenError; } });
Object.defineProperty(exports, "UnauthorizedError", { enumerable: true, get: function () { return errors_js_1.UnauthorizedError; } });
Object.defineProperty(exports, "ValidationError", { enumerable: true, get: function () { return errors_js_1.ValidationError; } });
//# sourceMappingURL=index.js.map