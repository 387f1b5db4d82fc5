"""Telling people: the rows that are written (`store`), the words (`words`), the letters (`mail`)."""
