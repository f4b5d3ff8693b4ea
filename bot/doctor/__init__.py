"""`layanan doctor`: what is well, what will soon be due, what must be mended, each in a sentence. Changes nothing."""
