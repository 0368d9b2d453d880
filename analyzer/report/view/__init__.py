"""From a run to words and finished numbers: frozen values that a template only lays out."""
