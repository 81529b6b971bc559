"""From files to nouns: tables in any dress, the register with its complaints, the settings, the teams."""
