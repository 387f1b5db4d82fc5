"""How good the order of search results is, by the judged queries of tests/data: ``make search-quality``."""
