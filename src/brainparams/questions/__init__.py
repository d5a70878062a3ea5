"""What users ask of an estimate: how likely, what if, and which value gives a target."""
