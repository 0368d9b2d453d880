"""Gates for pipelines: `language` reads an expression such as `worse > 2s`, `firing` says whether it holds."""
