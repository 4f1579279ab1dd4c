import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["public/", "dist/", ".venv/", ".cache/", "node_modules/"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    // Classic scripts: `file://` blocks modules. What one declares at its top, the scripts after it can use.
    files: ["static/**/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: globals.browser,
    },
    rules: { strict: ["error", "global"] },
  },
  {
    // What the scripts declare for each other tsc knows, which checks all names.
    files: ["static/search/*.js"],
    rules: { "no-undef": "off", "no-redeclare": "off", "no-unused-vars": ["error", { vars: "local" }] },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: globals.node },
  },
];
