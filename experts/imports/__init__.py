"""People from tables: `sources` reads files, `fields` says what columns mean, `parsing` understands cells,
`plans` finds what a row comes to, `writing` does it, `undoing` takes it back."""
