"""Where people come in: one office, and three doors to it: JSON (`rest`), pages, command line (`cli`). `app` composes them."""
