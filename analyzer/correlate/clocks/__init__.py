"""How far each clock is from the reference: interval arithmetic on what two clocks stamped of the same; no episodes."""
