// The package is of type "module": Node.js reads the .js files below dist/cjs as CommonJS only by this mark.
import { writeFileSync } from "node:fs";

writeFileSync(new URL("../dist/cjs/package.json", import.meta.url), '{ "type": "commonjs" }\n');
