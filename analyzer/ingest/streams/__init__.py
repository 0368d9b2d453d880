"""Streams of bytes: read once and forwards, ahead on another thread, decompressed, counted, bounded, digested."""
