"""The nouns of gridplan: frozen dataclasses, enums, errors and the glossary as code. Knows no SQL, no pandas, no web."""
