"""Ask a language model behind an OpenAI-compatible server for texts, within a purse and a deadline.

In: subjects (a title, an abstract, facts) and prompts. Out: texts that passed the gate, or why there are none. Never stores anything
itself, and never decides what an issue shows.
"""
