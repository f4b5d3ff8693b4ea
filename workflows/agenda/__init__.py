"""The office's agenda books (buku agenda): letters that came in, letters that went out, of a case or of none."""
