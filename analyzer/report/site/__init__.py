"""A history as static pages: `places` says where each lies, `pages` what they show; `metrics` is for Prometheus."""
