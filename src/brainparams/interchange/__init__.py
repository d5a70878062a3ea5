"""The doors: foreign values come in here and go out; each door loads its library on first use."""
