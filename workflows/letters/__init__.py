"""Letters of the office: each a frozen description and a Typst template; `render.render` makes the PDF/A."""
