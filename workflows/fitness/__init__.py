"""Is a hosting fit to be used (uji kelaikan keamanan)? At handover and every year, by machine and by hand."""
