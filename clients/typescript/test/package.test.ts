/** The built package, as other projects get it. `npm run build` comes first. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// By its own name, a package reaches itself through its `exports`.
function node(type: string, script: string): string {
  return execFileSync(process.execPath, [`--input-type=${type}`, "--eval", script], { cwd: ROOT, encoding: "utf8" });
}

describe("the built package", () => {
  it("can be imported", () => {
    const script = `
      import { createClient, ExportError } from "pdf-export-client";
      import { useExportPDFJob } from "pdf-export-client/react";
      console.log(typeof createClient, typeof ExportError, typeof useExportPDFJob);`;
    expect(node("module", script)).toBe("function function function\n");
  });

  it("can be required", () => {
    const script = `
      const { createClient, ExportError } = require("pdf-export-client");
      const { useExportPDFJob } = require("pdf-export-client/react");
      console.log(typeof createClient, typeof ExportError, typeof useExportPDFJob);`;
    expect(node("commonjs", script)).toBe("function function function\n");
  });

  it("depends on nothing but React, and that only for its hook", () => {
    const { dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as Record<string, unknown>;
    expect(dependencies).toBeUndefined();
    for (const format of ["esm", "cjs"]) {
      const folder = `${ROOT}/dist/${format}`;
      const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
      const importers = files.filter((name) => /["']react["']/.test(readFileSync(`${folder}/${name}`, "utf8")));
      expect(importers).toEqual(["react.js"]);
    }
  });
});
