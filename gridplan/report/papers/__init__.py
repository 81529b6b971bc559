"""One report on four papers: HTML, PDF, Word and Excel."""
