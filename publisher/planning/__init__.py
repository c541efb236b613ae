"""From typed words to a plan: what each channel will do and say, word by word. Nothing is recorded or sent."""
