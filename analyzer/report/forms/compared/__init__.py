"""What a comparison is written as: its page, JSON, Markdown, tables, and paper; `catalogue` names them all."""
